/**
 * What a validation set may be split against: `bytes`: length of the file · `sharpness`: variance of the
 * Laplacian, in squared grey levels · `contrast`: standard deviation of the grey levels · `exposure`: their mean.
 */
export const PROPERTIES = ["bytes", "sharpness", "contrast", "exposure"] as const;
export type Property = (typeof PROPERTIES)[number];
