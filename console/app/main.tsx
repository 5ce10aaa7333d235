/**
 * The script of the pages that ask the registry: one for all of them, since all together are smaller than the library
 * that draws, and whoever goes from one page to the next fetches nothing more.
 */
import { Compare } from "../compare/page.tsx";
import { Models } from "../models/page.tsx";
import { Production } from "../production/page.tsx";
import { RunPage } from "../run/page.tsx";
import { Runs } from "../runs/page.tsx";
import { showPage } from "../shell/page.tsx";
import { Version } from "../versions/page.tsx";

/** By their folders, as pages.json has them. */
const PAGES = {
  models: Models,
  compare: Compare,
  versions: Version,
  production: Production,
  runs: Runs,
  run: RunPage,
} as const;

const { page } = document.querySelector<HTMLElement>("main[data-page]")!.dataset;
showPage(PAGES[page as keyof typeof PAGES]);
