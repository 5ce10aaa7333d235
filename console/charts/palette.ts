/** Colours of charts: those of the page around them for axes and words, and a set of series that few confuse. */

/** Told apart by people who see few colours too (Okabe & Ito 2008), on light ground and on dark. */
const SERIES = {
  light: ["#0072b2", "#c04b00", "#007a58", "#a8487d", "#8a6100", "#1f78a8"],
  dark: ["#56b4e9", "#ff9a4d", "#3cc79f", "#e69ac4", "#e6b84f", "#9ad0f0"],
} as const;

export interface Palette {
  ink: string;
  quiet: string;
  line: string;
  sheet: string;
  accent: string;
  series: readonly string[];
}

export const DARK = "(prefers-color-scheme: dark)";

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: read("ink"),
    quiet: read("quiet"),
    line: read("line"),
    sheet: read("sheet"),
    accent: read("accent"),
    series: matchMedia(DARK).matches ? SERIES.dark : SERIES.light,
  };
}
