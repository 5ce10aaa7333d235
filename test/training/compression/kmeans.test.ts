import * as fc from "fast-check";
import { expect, test } from "vitest";
import { assignValues, clusterAroundZero, clusterValues } from "../../../training/compression/kmeans.ts";

const values = fc
  .array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 300 })
  .map((list) => Float32Array.from(list));
const entries = fc.integer({ min: 1, max: 32 });

function measureInertia(sample: Float32Array, centroids: Float64Array, indices: Uint8Array): number {
  return sample.reduce((sum, value, at) => sum + (value - centroids[indices[at]!]!) ** 2, 0);
}

test("two groups far apart are found, whatever lies between the even start", () => {
  const { centroids, indices } = clusterValues(Float32Array.of(10, 0, 1, 11, 12, 2), 2);

  expect([...centroids]).toEqual([1, 11]);
  expect([...indices]).toEqual([1, 0, 0, 1, 1, 0]);
});

test("the within-cluster sum of squares never grows", () => {
  fc.assert(
    fc.property(values, entries, (sample, k) => {
      const { inertia } = clusterValues(sample, k);
      return inertia.every((value, at) => at === 0 || value <= inertia[at - 1]! + 1e-9);
    }),
  );
});

test("the last one is that of the result", () => {
  fc.assert(
    fc.property(values, entries, (sample, k) => {
      const { centroids, indices, inertia } = clusterValues(sample, k);
      expect(measureInertia(sample, centroids, indices)).toBeCloseTo(inertia.at(-1)!, 6);
    }),
  );
});

test("every value belongs to a nearest centroid, and every centroid is the mean of its values", () => {
  fc.assert(
    fc.property(values, entries, (sample, k) => {
      const { centroids, indices } = clusterValues(sample, k);
      expect(centroids.length).toBeLessThanOrEqual(k);
      sample.forEach((value, at) => {
        const nearest = Math.min(...centroids.map((centroid) => Math.abs(value - centroid)));
        expect(Math.abs(value - centroids[indices[at]!]!)).toBeCloseTo(nearest, 9);
      });
      centroids.forEach((centroid, cluster) => {
        const members = sample.filter((_, at) => indices[at] === cluster);
        expect(members.length).toBeGreaterThan(0);
        expect(members.reduce((sum, value) => sum + value, 0) / members.length).toBeCloseTo(centroid, 6);
      });
    }),
  );
});

test("as many centroids as distinct values give the values themselves", () => {
  const sample = Float32Array.of(-1, 0, 1, 0, -1);

  const { centroids, inertia } = clusterValues(sample, 3);

  expect([...centroids]).toEqual([-1, 0, 1]);
  expect(inertia.at(-1)).toBeCloseTo(0, 12);
});

test("equal values need one centroid", () => {
  const { centroids, indices } = clusterValues(new Float32Array(5).fill(0.25), 16);

  expect([...centroids]).toEqual([0.25]);
  expect([...indices]).toEqual([0, 0, 0, 0, 0]);
});

test("half way between two centroids the upper one takes the value", () => {
  expect([...assignValues(Float32Array.of(0.49, 0.5, 0.51), Float64Array.of(0, 1))]).toEqual([0, 1, 1]);
});

test("around zero the others are clustered as if the zeros were not there, and zeros alone are zero", () => {
  const sparse = fc
    .array(fc.oneof(fc.constant(0), fc.float({ min: -2, max: 2, noNaN: true })), {
      minLength: 1,
      maxLength: 300,
    })
    .map((list) => Float32Array.from(list, (value) => value + 0)); // no zero below zero
  fc.assert(
    fc.property(sparse, fc.integer({ min: 2, max: 32 }), (sample, k) => {
      const { centroids, indices, zero } = clusterAroundZero(sample, k);
      const others = sample.filter((value) => value !== 0);

      expect(centroids.length).toBeLessThanOrEqual(k);
      expect(centroids[zero]).toBe(0);
      expect([...centroids]).toEqual([...centroids].sort((a, b) => a - b));
      sample.forEach((value, at) => {
        expect(indices[at] === zero).toBe(value === 0);
      });
      if (others.length === 0) return;
      const alone = clusterValues(others, k - 1);
      const shared = [...sample.keys()].filter((at) => sample[at] !== 0).map((at) => centroids[indices[at]!]);
      expect(shared).toEqual([...alone.indices].map((index) => alone.centroids[index]));
    }),
  );
});
