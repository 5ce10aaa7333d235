/**
 * A Sign behind a BinaryConv needs no floats: what it says of a sum, a whole number, is a comparison with a whole
 * number. The threshold is found by asking the comparison itself, rounding included, so both agree for every sum.
 */

export interface FoldedSign {
  /** The sign is +1 where direction · sum >= threshold; 0 where it is the same for all sums. */
  direction: -1 | 0 | 1;
  threshold: number;
}

/** One channel of a Sign over sums of magnitude · (-products … products); see the operators in network.ts. */
export function foldSign(channel: {
  magnitude: number;
  weight: number;
  bias: number;
  products: number;
}): FoldedSign {
  const { magnitude, weight, bias, products } = channel;
  const isPlus = (sum: number): boolean => Math.fround(weight * Math.fround(magnitude * sum)) >= -bias;
  const [first, last] = [isPlus(-products), isPlus(products)];
  if (first === last) return { direction: 0, threshold: first ? 0 : 1 };

  let below = -products; // isPlus is `first` here
  let above = products; // and `last` here: it changes once in between, rounding being monotone
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (isPlus(middle) === last) above = middle;
    else below = middle;
  }
  return last ? { direction: 1, threshold: above } : { direction: -1, threshold: -below };
}
