/** The networks whose training step is measured, a family each and the sizes that recipes have. */
import type { Architecture } from "../../training/architectures/families.ts";

/** As both contestants get it. */
export type BenchNetwork = { title: string; side: number; batch: number } & (
  | Extract<Architecture, { family: "residual" }>
  | { family: "vgg16" | "mobilenet"; width: number }
);

export const NETWORKS: readonly BenchNetwork[] = [
  {
    title: "residual, 64 px",
    family: "residual",
    side: 64,
    batch: 64,
    stem: { width: 16, stride: 1 },
    body: [
      { width: 16, blocks: 2, stride: 2 },
      { width: 32, blocks: 1, stride: 2 },
      { width: 48, blocks: 1, stride: 2 },
    ],
  },
  { title: "MobileNet × 0.25, 64 px", family: "mobilenet", width: 0.25, side: 64, batch: 64 },
  { title: "MobileNet, 96 px", family: "mobilenet", width: 1, side: 96, batch: 64 },
  { title: "VGG16 × 0.25, 64 px", family: "vgg16", width: 0.25, side: 64, batch: 64 },
];

export function toArchitecture(network: BenchNetwork): Architecture {
  const { family } = network;
  if (family === "residual") return network;
  return { family, width: network.width, head: { hidden: [], dropout: 0 } };
}
