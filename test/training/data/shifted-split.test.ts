import { type Radiograph, splitAgainst } from "@radlite/training/data";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

interface Case {
  image: Radiograph;
  value: number | undefined;
}

function radiograph(
  label: 0 | 1,
  patient: string,
  value: number | undefined,
  digest = `${patient}-${value}`,
) {
  const image: Radiograph = { path: `/${digest}`, file: digest, label, patient, sha256: digest };
  return { image, value };
}

function split(cases: Case[], fraction: number) {
  return splitAgainst(
    cases.map(({ image }) => image),
    cases.map(({ value }) => value),
    fraction,
  );
}

const validatedBy = (cases: Case[], fraction: number) =>
  split(cases, fraction)
    .validation.map(({ patient }) => patient)
    .toSorted();

/** NORMAL with values 0 to 9, PNEUMONIA with 5 to 14, one image a patient. */
const OVERLAPPING = [0, 1].flatMap((label) =>
  Array.from({ length: 10 }, (_, at) =>
    radiograph(label as 0 | 1, `${label}:${5 * label + at}`, 5 * label + at),
  ),
);

const anyCases = fc
  .array(
    fc.tuple(
      fc.constantFrom<0 | 1>(0, 1),
      fc.nat(12),
      fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined }),
      fc.nat(40),
    ),
    { maxLength: 60 },
  )
  .map((list) => [
    ...list.map(([label, patient, value, bytes]) =>
      radiograph(label, `p${label}-${patient}`, value, `b${bytes}`),
    ),
    ...OVERLAPPING,
  ]);

describe("splitAgainst", () => {
  it("validates on the NORMAL nearest to PNEUMONIA and the PNEUMONIA nearest to NORMAL", () => {
    expect(validatedBy(OVERLAPPING, 0.2)).toEqual(["0:8", "0:9", "1:5", "1:6"]);
  });

  it("turns round when PNEUMONIA has the lower values", () => {
    const negated = OVERLAPPING.map(({ image, value }) => ({ image, value: -value! }));

    expect(validatedBy(negated, 0.2)).toEqual(["0:8", "0:9", "1:5", "1:6"]);
  });

  it("takes a patient by the mean of what is known of the images, and none of whom nothing is", () => {
    const cases = [
      radiograph(0, "mean 6", 12, "a"),
      radiograph(0, "mean 6", 0, "b"),
      radiograph(0, "mean 6", undefined, "c"),
      radiograph(0, "mean 5", 5),
      radiograph(0, "mean 4", 4),
      radiograph(0, "unknown", undefined),
      ...Array.from({ length: 4 }, (_, at) => radiograph(1, `${at}`, 100 + at)),
    ];

    expect(validatedBy(cases, 0.5)).toEqual(["0", "1", "mean 6", "mean 6", "mean 6"]);
  });

  it("loses no image, parts no patient and no duplicates", () => {
    fc.assert(
      fc.property(anyCases, fc.double({ min: 0.02, max: 0.5, noNaN: true }), (cases, fraction) => {
        const { train, validation } = split(cases, fraction);

        expect(new Set([...train, ...validation])).toEqual(new Set(cases.map(({ image }) => image)));
        expect(train.length + validation.length).toBe(cases.length);
        for (const key of ["patient", "sha256"] as const) {
          const inTraining = new Set(train.map((one) => one[key]));
          expect(validation.filter((one) => inTraining.has(one[key]))).toEqual([]);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("does not depend on the order of the images", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(OVERLAPPING, { minLength: 20 }), (shuffled) => {
        expect(validatedBy(shuffled, 0.3)).toEqual(validatedBy(OVERLAPPING, 0.3));
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it("refuses a class with one patient only, by name", () => {
    const cases = [...OVERLAPPING.filter(({ image }) => image.label === 0), radiograph(1, "only", 3)];

    expect(() => split(cases, 0.2)).toThrow("Class PNEUMONIA has images of one patient only");
  });
});
