/**
 * What is learnt: of each free value i a normal distribution, mean mu and deviation sigma, against a prior of
 * mean zero and one deviation s for the values of a tensor. In nats:
 *   KL_i = ln(s / sigma) + (sigma^2 + mu^2) / (2 s^2) - 1/2
 *   dKL_i/dmu = mu / s^2,  dKL_i/dln sigma = sigma^2 / s^2 - 1,  dKL_i/dln s = 1 - (sigma^2 + mu^2) / s^2
 * Reparameterised, v = mu + sigma e with e standard normal: dL/dmu = dL/dv, dL/dln sigma = dL/dv sigma e
 * (Kingma & Welling, "Auto-Encoding Variational Bayes", ICLR 2014).
 */
export interface Posterior {
  means: Float32Array; // [free]
  logDeviations: Float32Array; // [free]
  /** ln s of each tensor. */
  logScales: Float32Array;
  /** [free] */
  tensorOf: Uint16Array;
}

export interface PosteriorGradients {
  means: Float32Array;
  logDeviations: Float32Array;
  logScales: Float32Array;
}

/** Before training, next to certain of every value. */
const FIRST_LOG_DEVIATION = -10;
/** The scale of a tensor that is all zero, such as a fresh bias. */
const LEAST_SCALE = 0.01;

/** Priors as wide as the tensors' values are. */
export function startPosterior(means: Float32Array, tensorOf: Uint16Array): Posterior {
  const squares = new Float64Array((tensorOf.at(-1) ?? 0) + 1);
  const counts = new Float64Array(squares.length);
  means.forEach((mean, at) => {
    squares[tensorOf[at]!]! += mean ** 2;
    counts[tensorOf[at]!]! += 1;
  });
  return {
    means,
    logDeviations: new Float32Array(means.length).fill(FIRST_LOG_DEVIATION),
    logScales: Float32Array.from(squares, (sum, at) =>
      Math.log(Math.max(LEAST_SCALE, Math.sqrt(sum / counts[at]!))),
    ),
    tensorOf,
  };
}

/** mu + sigma e, [free]; `noise` gives the e of a value. */
export function samplePosterior(
  { means, logDeviations }: Posterior,
  noise: (at: number) => number,
): Float32Array {
  return means.map((mean, at) => mean + Math.exp(logDeviations[at]!) * noise(at));
}

/** For each free value, in nats. */
export function computeKl({ means, logDeviations, logScales, tensorOf }: Posterior): Float64Array {
  return Float64Array.from(means, (mean, at) => {
    const logScale = logScales[tensorOf[at]!]!;
    const ratio = logDeviations[at]! - logScale; // ln(sigma / s)
    return (Math.exp(2 * ratio) + mean ** 2 * Math.exp(-2 * logScale) - 1) / 2 - ratio;
  });
}

/**
 * Gradients of the loss, whose gradient in the sampled values is `sampled` [free], plus sum_i beta_i KL_i; `noise`
 * gave the sample. Values of `beta(i)` undefined are fixed: they have no gradient, and none in their prior.
 */
export function computePosteriorGradients(
  { means, logDeviations, logScales, tensorOf }: Posterior,
  sampled: ArrayLike<number>,
  noise: (at: number) => number,
  beta: (at: number) => number | undefined,
): PosteriorGradients {
  const gradients = {
    means: new Float32Array(means.length),
    logDeviations: new Float32Array(means.length),
    logScales: new Float32Array(logScales.length),
  };
  const scaleSums = new Float64Array(logScales.length);
  for (let at = 0; at < means.length; at++) {
    const weight = beta(at);
    if (weight === undefined) continue;
    const tensor = tensorOf[at]!;
    const precision = Math.exp(-2 * logScales[tensor]!);
    const deviation = Math.exp(logDeviations[at]!);
    const mean = means[at]!;
    const width = deviation ** 2 * precision;
    gradients.means[at] = sampled[at]! + weight * mean * precision;
    gradients.logDeviations[at] = sampled[at]! * noise(at) * deviation + weight * (width - 1);
    scaleSums[tensor]! += weight * (1 - width - mean ** 2 * precision);
  }
  gradients.logScales.set(scaleSums);
  return gradients;
}
