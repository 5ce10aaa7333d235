/** A whole torture: the campaign, what a store that takes no more does, and what the independent reader counts of both. */
import { join } from "node:path";
import { type Campaign, type Plan, runCampaign } from "./campaign.ts";
import { type Counts, countFaults, type Verdict } from "./count.ts";
import { readJournals } from "./journal.ts";
import { openPlace, type RefusedVerdict, type StoreName } from "./places.ts";
import { readStore } from "./reading.ts";
import type { Way } from "./small-disk.ts";

export interface TortureOptions {
  store: StoreName;
  plan: Plan;
  /** For stores, journals and what processes say. */
  folder: string;
  /** Where the bundles lie. */
  programs: string;
  way?: Way;
  onProgress?(answered: number): void;
}

export interface Torture {
  campaign: Campaign;
  verdict: Verdict;
  refused: RefusedVerdict;
  /** What was done to the store, a sentence each. */
  description: string[];
  counts: Counts;
}

export async function torture(options: TortureOptions): Promise<Torture> {
  const { store, plan, folder, programs, way, onProgress = () => undefined } = options;
  const { seed } = plan;
  const place = await openPlace(store, { folder, programs, seed, ...(way && { way }) });
  try {
    const { address, environment, objects } = place;
    const journals = join(folder, "journals");
    const campaign = await runCampaign({
      ...{ plan, address, environment, folder: journals, onProgress },
      program: join(programs, "writer.mjs"),
    });
    await place.settle();
    const verdict = countFaults(await readStore(objects), await readJournals(journals));
    const faults = place.describeFaults();
    const refused = await place.refuse(join(folder, "refused"), seed);
    return {
      ...{ campaign, verdict, refused },
      description: [
        `${plan.writers} writers, killed ${campaign.kills} times, stopped for a while ${campaign.pauses} times, clocks up to an hour off: ${verdict.acknowledged} acknowledged in ${verdict.commits} commits`,
        ...(faults === undefined ? [] : [faults]),
        `other writers ${place.wayOfRefusing}: ${refused.refused} writes refused, ${refused.acknowledged} acknowledged before and after`,
      ],
      counts: {
        acknowledged: verdict.acknowledged + refused.acknowledged,
        lost: verdict.lost + refused.lost,
        torn: verdict.torn + refused.torn,
        doubled: verdict.doubled + refused.doubled,
      },
    };
  } finally {
    await place.stop();
  }
}
