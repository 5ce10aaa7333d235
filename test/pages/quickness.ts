/** What a page is made to tell of its own quickness: each function is put into it whole. */

/** In the page: how many times as long the same work takes on average as at best, which others on the machine see to. */
export function measureSlowness(): number {
  const times = Array.from({ length: 30 }, () => {
    const startMs = performance.now();
    for (let i = 0, sum = 0; i < 2e6; i++) sum = (sum + i * i) % 97;
    return performance.now() - startMs;
  });
  return times.reduce((sum, ms) => sum + ms, 0) / times.length / Math.min(...times);
}

/** In the page: when, since its navigation, the table had its rows and something was drawn beside it. */
export function watchFront(): void {
  const look = (): void => {
    const rows = document.querySelectorAll("table tbody tr").length;
    const canvas = document.querySelector<HTMLCanvasElement>(".front canvas");
    const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
    if (rows >= 20 && pixels?.some((value) => value !== 0))
      (globalThis as { shownMs?: number }).shownMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
