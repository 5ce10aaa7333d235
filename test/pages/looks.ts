/** How a page looks to whoever reads it: in both schemes, on a telephone and on a desk. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { faultsOf } from "./faults.ts";

const SCHEMES = ["light", "dark"] as const;
const WIDTHS = [1280, 360] as const;

/** No fault that axe finds, and nothing that hangs over the page's side; `name` is the page's, in what is said. */
export async function expectGoodLooks(page: Page, name: string): Promise<void> {
  for (const colorScheme of SCHEMES) {
    for (const width of WIDTHS) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      const where = `${name}, ${colorScheme}, ${width} px`;
      expect(await faultsOf(page), where).toEqual([]);
      const overhang = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overhang, where).toBe(0);
    }
  }
}
