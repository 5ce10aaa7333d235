/**
 * ImageNet weights that can be fetched by name, without their classifiers: Radlite's heads are its own. Addresses
 * and hashes of the Keras files are those of Keras 2.15 (keras/src/applications), which publishes MD5 and, for
 * MobileNet and MobileNetV2, nothing. MD5 tells a damaged or mistaken file, not one forged with great effort.
 */
import { findNamed } from "./named.ts";
import type { RemoteFile } from "./remote-file.ts";

export interface PublishedWeights {
  /** As on the command line: the family, and the width where it is not 1. */
  name: string;
  file: RemoteFile;
}

const KERAS = "https://storage.googleapis.com/tensorflow/keras-applications";
const KERAS_PIN = "Keras 2.15";
/** NASNetLarge, the largest, has 343 MB. */
const MAX_BYTES = 512 * 2 ** 20;

/** [name, path below KERAS, MD5] */
const PINNED: readonly [name: string, path: string, md5: string][] = [
  ["vgg16", "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5", "6d6bbae143d832006294945121d1f1fc"],
  ["vgg19", "vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5", "253f8cb515780f3b799900260a226db6"],
  [
    "resnet50",
    "resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "4d473c1dd8becc155b73f8504c6f6626",
  ],
  [
    "inceptionv3",
    "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "bcbd6486424b2319ff4ef7d526e38f63",
  ],
  [
    "inceptionresnetv2",
    "inception_resnet_v2/inception_resnet_v2_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "d19885ff4a710c122648d3b5c3b684e4",
  ],
  [
    "densenet121",
    "densenet/densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5",
    "30ee3e1110167f948a6b9946edeeb738",
  ],
  ["nasnetlarge", "nasnet/NASNet-large-no-top.h5", "d81d89dc07e6e56530c4e77faddd61b5"],
  ["nasnetmobile", "nasnet/NASNet-mobile-no-top.h5", "1ed92395b5b598bdda52abe5c0dbfd63"],
];

/** [width, Keras' spelling of it] */
const MOBILENET_WIDTHS = [
  [1, "1_0"],
  [0.75, "7_5"],
  [0.5, "5_0"],
  [0.25, "2_5"],
] as const;
const MOBILENET_V2_WIDTHS = [
  [1.4, "1.4"],
  [1.3, "1.3"],
  [1, "1.0"],
  [0.75, "0.75"],
  [0.5, "0.5"],
  [0.35, "0.35"],
] as const;

const SQUEEZENET: PublishedWeights = {
  name: "squeezenet",
  file: keras(
    "https://github.com/DeepCognition/keras-squeezenet/releases/download/v0.4/squeezenet_weights_tf_dim_ordering_tf_kernels_notop.h5",
    { md5: "80b66c92d79d4310e07fb60a297bf0d1", by: "keras-squeezenet 0.4" },
  ),
};

export const PUBLISHED_WEIGHTS: readonly PublishedWeights[] = [
  ...PINNED.map(([name, path, md5]) => ({ name, file: keras(`${KERAS}/${path}`, { md5, by: KERAS_PIN }) })),
  ...MOBILENET_WIDTHS.map(([width, spelling]) => ({
    name: nameWeights("mobilenet", width),
    file: keras(`${KERAS}/mobilenet/mobilenet_${spelling}_224_tf_no_top.h5`),
  })),
  ...MOBILENET_V2_WIDTHS.map(([width, spelling]) => ({
    name: nameWeights("mobilenetv2", width),
    file: keras(
      `${KERAS}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_${spelling}_224_no_top.h5`,
    ),
  })),
  SQUEEZENET,
];

/** Errors: NOT_FOUND that names the nearest. */
export function findPublished(name: string): PublishedWeights {
  return findNamed(PUBLISHED_WEIGHTS, name, "are no weights");
}

/** The weights that fit an architecture; `undefined` where nobody publishes any. */
export function matchPublished({ family, width }: { family: string; width?: number }) {
  const name = nameWeights(family, width);
  return PUBLISHED_WEIGHTS.find((one) => one.name === name);
}

function nameWeights(family: string, width = 1): string {
  return width === 1 ? family : `${family}-${width}`;
}

function keras(url: string, pin?: { md5: string; by: string }): RemoteFile {
  return {
    name: url.slice(url.lastIndexOf("/") + 1),
    url,
    maxBytes: MAX_BYTES,
    ...(pin ? { pin: { algorithm: "md5", digest: pin.md5, by: pin.by } } : {}),
  };
}
