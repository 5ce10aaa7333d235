/**
 * The colour of the map over a grey picture: one hue that nobody confuses with grey, whatever colours they see, and
 * more of it for each band. The film shows through everywhere.
 */

/** Vermilion of the palette of Okabe and Ito, as in Wong 2011, "Color blindness", Nature Methods 8, 441. */
const COLOUR = [213, 94, 0] as const;

/** How much of the colour is mixed in, by band; none is the picture itself. */
const SHARES = [0, 0.2, 0.35, 0.5] as const;

export const BANDS = SHARES.length;

export type Colour = [red: number, green: number, blue: number];

/** @param grey level in [0, 255] */
export function tint(grey: number, band: number): Colour {
  const share = SHARES[band]!;
  return COLOUR.map((level) => Math.round(grey + share * (level - grey))) as Colour;
}
