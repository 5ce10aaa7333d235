import { expect, test } from "vitest";
import {
  computeKl,
  computePosteriorGradients,
  type Posterior,
  samplePosterior,
  startPosterior,
} from "../../../../training/compression/miracle/posterior.ts";
import { drawUniform } from "../../networks.ts";

const posterior = (): Posterior => ({
  means: drawUniform(6, 1),
  logDeviations: drawUniform(6, 2, -3, 0),
  logScales: drawUniform(2, 3, -1, 1),
  tensorOf: Uint16Array.of(0, 0, 0, 0, 1, 1),
});
const NONE = new Float64Array(6);
const noise = (at: number) => [0.3, -1.2, 0.7, 2.1, -0.4, 0.9][at]!;

test("KL of distributions worked out by hand, in nats", () => {
  const kl = computeKl({
    means: Float32Array.of(0, 2, 0),
    logDeviations: Float32Array.of(Math.log(2), Math.log(2), 0),
    logScales: Float32Array.of(Math.log(2)),
    tensorOf: Uint16Array.of(0, 0, 0),
  });

  expect(kl[0]).toBeCloseTo(0, 6); // the prior itself
  expect(kl[1]).toBeCloseTo(0.5, 6); // a deviation of the prior away
  expect(kl[2]).toBeCloseTo(Math.LN2 + 1 / 8 - 1 / 2, 6); // half as wide
});

test("KL is the mean of ln(posterior / prior) over draws of the posterior", () => {
  const [mean, deviation, scale] = [0.4, 0.3, 0.8];
  const [expected] = computeKl({
    means: Float32Array.of(mean),
    logDeviations: Float32Array.of(Math.log(deviation)),
    logScales: Float32Array.of(Math.log(scale)),
    tensorOf: Uint16Array.of(0),
  });

  // by Simpson's rule over eight deviations either way
  const [steps, width] = [2000, (16 * deviation) / 2000];
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const v = mean + (i - steps / 2) * width;
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    const logPosterior = -((v - mean) ** 2) / (2 * deviation ** 2) - Math.log(deviation);
    const logPrior = -(v ** 2) / (2 * scale ** 2) - Math.log(scale);
    sum += weight * (Math.exp(logPosterior) / Math.sqrt(2 * Math.PI)) * (logPosterior - logPrior);
  }
  expect(expected).toBeCloseTo((sum * width) / 3, 5);
});

test("gradients of the weighted KL are those of finite differences, in means, deviations and widths", () => {
  const beta = (at: number) => 0.1 * (1 + at);
  const objective = (values: Posterior) =>
    computeKl(values).reduce((sum, nats, at) => sum + beta(at) * nats, 0);

  const gradients = computePosteriorGradients(posterior(), NONE, noise, beta);

  for (const key of ["means", "logDeviations", "logScales"] as const) {
    gradients[key].forEach((gradient, at) => {
      const [less, more] = [posterior(), posterior()];
      less[key][at]! -= 2 ** -8;
      more[key][at]! += 2 ** -8;
      const slope = (objective(more) - objective(less)) / (more[key][at]! - less[key][at]!);
      expect(Math.abs(gradient - slope)).toBeLessThan(2e-4 * (1 + Math.abs(slope)));
    });
  }
});

test("a loss of the sample reaches means and deviations through the sample: L = sum c_i v_i^2", () => {
  const weights = [1, -2, 0.5, 3, 1.5, -1];
  const objective = (values: Posterior) =>
    samplePosterior(values, noise).reduce((sum, v, at) => sum + weights[at]! * v ** 2, 0);
  const sample = samplePosterior(posterior(), noise);
  const sampled = Float64Array.from(sample, (v, at) => 2 * weights[at]! * v);

  const gradients = computePosteriorGradients(posterior(), sampled, noise, () => 0);

  for (const key of ["means", "logDeviations"] as const) {
    gradients[key].forEach((gradient, at) => {
      const [less, more] = [posterior(), posterior()];
      less[key][at]! -= 2 ** -9;
      more[key][at]! += 2 ** -9;
      const slope = (objective(more) - objective(less)) / (more[key][at]! - less[key][at]!);
      expect(Math.abs(gradient - slope)).toBeLessThan(1e-3 * (1 + Math.abs(slope)));
    });
  }
  expect([...gradients.logScales]).toEqual([0, 0]);
});

test("what is coded has no gradient, and none in its prior", () => {
  const sampled = Float64Array.from({ length: 6 }, () => 1);

  const { means, logDeviations, logScales } = computePosteriorGradients(posterior(), sampled, noise, (at) =>
    at >= 4 ? undefined : 0.5,
  );

  expect([means[4], means[5], logDeviations[4], logDeviations[5], logScales[1]]).toEqual([0, 0, 0, 0, 0]);
  expect(means[0]).not.toBe(0);
});

test("a posterior starts next to certain, under priors as wide as the values", () => {
  const { logDeviations, logScales } = startPosterior(
    Float32Array.of(3, -4, 0, 0),
    Uint16Array.of(0, 0, 1, 1),
  );

  expect([...logDeviations]).toEqual([-10, -10, -10, -10]);
  expect(Math.exp(logScales[0]!)).toBeCloseTo(Math.sqrt(12.5), 5);
  expect(Math.exp(logScales[1]!)).toBeCloseTo(0.01, 6);
});
