/** How a page looks to whoever reads it: in both schemes, on a telephone and on a desk. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { faultsOf } from "./faults.ts";

/** Each scheme and each width once: schemes change colours alone, and widths everything else. */
const LOOKS = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 360 },
] as const;

/**
 * No fault that axe finds, nothing that hangs over the page's side, and no line of a table's heading cut off; `name` is
 * the page's, in what is said.
 */
export async function expectGoodLooks(page: Page, name: string): Promise<void> {
  for (const { colorScheme, width } of LOOKS) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    const where = `${name}, ${colorScheme}, ${width} px`;
    expect(await faultsOf(page), where).toEqual([]);
    expect(await page.evaluate(findOverhang), where).toEqual([]);
  }
}

/** In the page: what is wider than it, and captions that are wider than what is seen of their tables. */
function findOverhang(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const wide = scrollWidth > clientWidth ? [`the page has ${scrollWidth} of ${clientWidth} px`] : [];
  for (const caption of document.querySelectorAll<HTMLElement>(".scroll caption"))
    if (caption.offsetWidth > caption.closest(".scroll")!.clientWidth + 1) wide.push(caption.textContent!);
  return wide;
}
