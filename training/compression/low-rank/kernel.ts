/**
 * A convolution's weights as a tensor of which two modes are decomposed: input and output channels. The taps,
 * kernel height and width, stay as they are. Row-major [kernel height, kernel width, inputs, outputs].
 */
import { Matrix } from "ml-matrix";

export interface Kernel {
  shape: [height: number, width: number, inputs: number, outputs: number];
  values: Float64Array;
}

export type Mode = "input" | "output";

export function countChannels({ shape }: Kernel, mode: Mode): number {
  return mode === "input" ? shape[2] : shape[3];
}

/** The mode's unfolding: a row for each of its channels, of all weights that touch it. */
export function unfold({ shape, values }: Kernel, mode: Mode): Matrix {
  const [height, width, inputs, outputs] = shape;
  const taps = height * width;
  if (mode === "output") {
    return new Matrix(outputs, taps * inputs).apply(function (o, rest) {
      this.set(o, rest, values[rest * outputs + o]!);
    });
  }
  return new Matrix(inputs, taps * outputs).apply(function (i, rest) {
    const tap = Math.floor(rest / outputs);
    this.set(i, rest, values[(tap * inputs + i) * outputs + (rest % outputs)]!);
  });
}

/** Multiplies along a mode: new[..., j, ...] = sum over its channels c of kernel[..., c, ...] matrix[c, j]. */
export function contract(kernel: Kernel, mode: Mode, matrix: Matrix): Kernel {
  const [height, width, inputs, outputs] = kernel.shape;
  const channels = matrix.columns;
  const shape: Kernel["shape"] =
    mode === "input" ? [height, width, channels, outputs] : [height, width, inputs, channels];
  const product = matrix.transpose().mmul(unfold(kernel, mode));
  return fold(product, shape, mode);
}

/** The square root of the sum of the squared weights. */
export function measureNorm({ values }: Pick<Kernel, "values">): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** The inverse of unfolding. */
function fold(unfolded: Matrix, shape: Kernel["shape"], mode: Mode): Kernel {
  const [, , inputs, outputs] = shape;
  const values = new Float64Array(unfolded.rows * unfolded.columns);
  for (let channel = 0; channel < unfolded.rows; channel++) {
    for (let rest = 0; rest < unfolded.columns; rest++) {
      const at =
        mode === "output"
          ? rest * outputs + channel
          : (Math.floor(rest / outputs) * inputs + channel) * outputs + (rest % outputs);
      values[at] = unfolded.get(channel, rest);
    }
  }
  return { shape, values };
}
