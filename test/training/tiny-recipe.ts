/** The text of a recipe that takes seconds from files to a bundle, for tests of what is around a training. */
export const tinyRecipe = (epochs: number, stages: readonly string[] = []): string => `
name: tiny
description: Seconds from files to a bundle.
architecture: { family: residual, stem: { width: 6 }, body: [{ width: 8 }] }
input: { size: 16 }
validation: { fraction: 0.25 }
fit: { epochs: ${epochs}, batch: 16, rate: 0.01 }
${stages.length > 0 ? `stages:\n${stages.map((stage) => `  - ${stage}\n`).join("")}` : ""}`;
