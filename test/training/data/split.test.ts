import { type Radiograph, splitFolds, splitValidation } from "@radlite/training/data";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

function image(label: 0 | 1, patient: string, sha256: string): Radiograph {
  return { path: `/${sha256}`, file: sha256, label, patient, sha256 };
}

/** `patients` of each class, the k-th with 1 + k % 4 images. */
function cohort(patients: number): Radiograph[] {
  return [0, 1].flatMap((label) =>
    Array.from({ length: patients }, (_, k) =>
      Array.from({ length: 1 + (k % 4) }, (_, i) =>
        image(label as 0 | 1, `p${label}-${k}`, `${label}-${k}-${i}`),
      ),
    ).flat(),
  );
}

/** Any list of images: few patients and digests, so that they collide, also across classes. */
const anyImages = fc
  .array(fc.tuple(fc.constantFrom<0 | 1>(0, 1), fc.nat(20), fc.nat(40)), { minLength: 1, maxLength: 80 })
  .map((list) => [
    ...list.map(([label, patient, bytes]) => image(label, `p${label}-${patient}`, `b${bytes}`)),
    ...cohort(2).map((spare) => ({ ...spare, patient: `spare ${spare.patient}` })),
  ]);

describe("splitValidation", () => {
  it("keeps every image once, and no patient and no duplicate on both sides", () => {
    fc.assert(
      fc.property(
        anyImages,
        fc.double({ min: 0.02, max: 0.5, noNaN: true }),
        fc.nat(1000),
        (images, fraction, seed) => {
          const { train, validation } = splitValidation(images, { fraction, seed });

          expect(new Set([...train, ...validation])).toEqual(new Set(images));
          expect(train.length + validation.length).toBe(images.length);
          for (const key of ["patient", "sha256"] as const) {
            const onTrain = new Set(train.map((one) => one[key]));
            expect(validation.filter((one) => onTrain.has(one[key]))).toEqual([]);
          }
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("takes the wanted share of each class, within a patient's images", () => {
    const images = cohort(200); // 500 images a class

    for (const fraction of [0.05, 0.12, 0.3]) {
      const { validation } = splitValidation(images, { fraction, seed: 3 });
      for (const label of [0, 1]) {
        const taken = validation.filter((one) => one.label === label).length;
        expect(Math.abs(taken - fraction * 500)).toBeLessThanOrEqual(1);
      }
    }
  });

  it("depends on the seed and on nothing else", () => {
    const images = cohort(40);
    const filesOf = (list: Radiograph[], seed: number) =>
      splitValidation(list, { fraction: 0.2, seed })
        .validation.map(({ file }) => file)
        .toSorted();

    expect(filesOf(images.toReversed(), 1)).toEqual(filesOf(images, 1));
    expect(filesOf(images, 2)).not.toEqual(filesOf(images, 1));
  });

  it("moves few patients when one is added", () => {
    const images = cohort(100);
    const before = new Set(splitValidation(images, { fraction: 0.2, seed: 1 }).validation);
    const { validation } = splitValidation([...images, image(0, "newcomer", "new")], {
      fraction: 0.2,
      seed: 1,
    });

    expect(validation.filter((one) => !before.has(one)).length).toBeLessThan(6);
  });

  it("refuses a class with one patient only, by name", () => {
    const images = [
      ...cohort(5).filter(({ label }) => label === 0),
      image(1, "only", "a"),
      image(1, "only", "b"),
    ];

    expect(() => splitValidation(images, { fraction: 0.1, seed: 1 })).toThrow(
      "Class PNEUMONIA has images of one patient only: expected two patients or more",
    );
  });
});

describe("splitFolds", () => {
  it("keeps a patient and the copies of a file in one part, and the parts of each class about as large", () => {
    fc.assert(
      fc.property(anyImages, fc.nat(5), (images, seed) => {
        const fold = splitFolds(images, { folds: 2, seed });
        for (const key of ["patient", "sha256"] as const) {
          const partOf = new Map(images.map((image, at) => [image[key], fold[at]]));
          images.forEach((image, at) => void expect(fold[at]).toBe(partOf.get(image[key])));
        }
      }),
    );
    const images = cohort(40);
    const fold = splitFolds(images, { folds: 5, seed: 1 });
    for (const label of [0, 1]) {
      for (let part = 0; part < 5; part++) {
        const size = images.filter((image, at) => image.label === label && fold[at] === part).length;
        expect(Math.abs(size - 20)).toBeLessThanOrEqual(4); // a patient has four images at most
      }
    }
  });

  it("does not depend on the order of the images, and refuses more parts than patients", () => {
    const images = cohort(6);
    const turned = splitFolds(images.toReversed(), { folds: 3, seed: 2 }).toReversed();
    expect(splitFolds(images, { folds: 3, seed: 2 })).toEqual(turned);
    expect(() => splitFolds(images, { folds: 7, seed: 1 })).toThrow(/6 patients, for 7 parts/);
  });
});
