/** The five numbers of a box plot. */
export interface Quartiles {
  least: number;
  lower: number;
  median: number;
  upper: number;
  most: number;
}

/** Between two values by linear interpolation (Hyndman & Fan 1996, definition 7). `values`: one or more. */
export function summariseQuartiles(values: ArrayLike<number>): Quartiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const [low, high] = [sorted[below]!, sorted[Math.ceil(place)]!];
    return low + (place - below) * (high - low);
  };
  return { least: at(0), lower: at(0.25), median: at(0.5), upper: at(0.75), most: at(1) };
}
