/**
 * What a validation set may be split against: `bytes`: length of the file · `sharpness`: variance of the
 * Laplacian, in squared grey levels · `contrast`: standard deviation of the grey levels · `exposure`: their mean ·
 * `stretch`: squared differences between horizontal neighbours over those between vertical ones, by which a
 * picture that was squashed into a square still tells what shape it had.
 */
export const PROPERTIES = ["bytes", "sharpness", "contrast", "exposure", "stretch"] as const;
export type Property = (typeof PROPERTIES)[number];
