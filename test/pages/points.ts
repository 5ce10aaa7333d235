/** Points of the front, as who clicks on them sees them. */

/** In the page: the middle of the point of the front that lies highest, in pixels of the plot; null before it is drawn. */
export function findPoint(): { x: number; y: number } | null {
  const canvas = document.querySelector<HTMLCanvasElement>(".front canvas");
  if (!canvas) return null;
  const { data, width, height } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  const isBlue = (x: number, y: number): boolean => {
    const [red, green, blue] = data.subarray(4 * (y * width + x));
    return red! < 60 && green! > 90 && green! < 150 && blue! > 150;
  };
  const scale = canvas.offsetWidth / width;
  for (let y = 0; y < height; y++) {
    for (let x = 4; x < width - 4; x++) {
      const row = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((step) => isBlue(x + step, y));
      if (row.every((isPoint) => isPoint)) return { x: x * scale, y: (y + 3) * scale };
    }
  }
  return null;
}
