/**
 * Signs while training: forward as in the frozen network, backward through a stand-in, since the gradient of a sign
 * is zero.
 *   activations   y = +1 where x >= 0, else -1
 *     clipped      dL/dx = dL/dy where |x| <= 1, else 0            Hubara et al., "Binarized Neural Networks", 2016
 *     polynomial   dL/dx = dL/dy (2 - 2|x|) where |x| <= 1, else 0  Liu et al., "Bi-Real Net", ECCV 2018
 *   weights       w' = alpha sign(w) (binary-weights.ts), n weights a filter
 *     dL/dw = alpha dL/dw' where |w| <= 1, and of alpha itself sign(w) / n sum(dL/dw' sign(w))
 *                                                                  Rastegari et al., "XNOR-Net", ECCV 2016
 */
import type { NamedAttrMap, Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-node";
import type { SignGradient } from "../architectures/graph.ts";
import { binariseFilters } from "./binary-weights.ts";
import { foldBatchNorm } from "./fold-batch-norm.ts";
import { tf } from "./tensorflow.ts";

type Save = (saved: Tensor[]) => void;
type Gradient = (dy: Tensor, saved: Tensor[] | NamedAttrMap) => Tensor;

/** The sign of every value; differentiable by the stand-in that `gradient` names. */
export function takeSigns(x: Tensor4D, gradient: SignGradient): Tensor4D {
  const operator = tf.customGrad((...inputs) => {
    const [values, save] = inputs as unknown as [Tensor4D, Save];
    save([values]);
    const gradFunc: Gradient = (dy, saved) => {
      const distance = (saved as Tensor[])[0]!.abs();
      return gradient === "clipped"
        ? tf.mul(dy, distance.lessEqual(1))
        : tf.mul(dy, tf.sub(2, distance.mul(2)).relu());
    };
    return { value: choose(values.greaterEqual(0)), gradFunc };
  });
  return operator(x) as Tensor4D;
}

/** A Sign as the engine has it: +1 where weights · x >= -bias. Its gradient is zero. */
export function compareSigns(x: Tensor4D, weights: Tensor, bias: Tensor | undefined): Tensor4D {
  return choose(x.mul(weights).greaterEqual(bias === undefined ? 0 : bias.neg()));
}

/** The Sign that a BatchNorm and the sign behind it become once its statistics are constants: as it is frozen. */
export function compareNormalised(
  x: Tensor4D,
  statistics: Record<"gamma" | "beta" | "mean" | "variance", Tensor1D>,
): Tensor4D {
  const { gamma, beta, mean, variance } = statistics;
  const [scale, shift, average, spread] = [gamma, beta, mean, variance].map((tensor) =>
    tensor.dataSync<"float32">(),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const folded = foldBatchNorm(new Float32Array(scale.length).fill(1), undefined, {
    gamma: scale,
    beta: shift,
    mean: average,
    variance: spread,
  });
  return compareSigns(x, tf.tensor1d(folded.weights), tf.tensor1d(folded.bias));
}

/** alpha sign(w) of latent weights [kh, kw, in, out]; of weights that are that already, themselves. */
export function binariseWeights(latent: Tensor4D): Tensor4D {
  const filters = latent.shape[3];
  const operator = tf.customGrad((...inputs) => {
    const [values, save] = inputs as unknown as [Tensor4D, Save];
    const binary = tf.tensor4d(binariseFilters(values.dataSync<"float32">(), filters), latent.shape);
    save([values, binary]);
    const gradFunc: Gradient = (dy, saved) => {
      const [w, binarised] = saved as [Tensor4D, Tensor4D];
      const magnitude = binarised.abs();
      const signs = binarised.div(magnitude);
      const passed = dy.mul(magnitude).mul(w.abs().lessEqual(1));
      const ofAlpha = dy.mul(signs).mean([0, 1, 2], true).mul(signs);
      return passed.add(ofAlpha);
    };
    return { value: binary, gradFunc };
  });
  return operator(latent) as Tensor4D;
}

function choose(isPlus: Tensor): Tensor4D {
  return tf.where(isPlus, 1, -1) as Tensor4D;
}
