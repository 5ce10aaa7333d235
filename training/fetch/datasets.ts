/**
 * The public collections that can be fetched by name, all of the same 5,856 paediatric chest radiographs: Kermany
 * et al., Cell 172(5), 2018. What each must hold is part of it, so that a fetch that lost images is not taken for
 * one.
 */
import { findNamed } from "./named.ts";
import type { RemoteFile } from "./remote-file.ts";
import type { SetName } from "./unpack/image-folder.ts";

/** NORMAL and PNEUMONIA together, or each. */
export type ExpectedCount = number | readonly [normal: number, pneumonia: number];

interface Common {
  name: string;
  description: string;
  licence: string;
  /** Where a person reads about it. */
  page: string;
  expected: Readonly<Partial<Record<SetName, ExpectedCount>>>;
}

export type Dataset = Common &
  (
    | { kind: "zip"; archive: RemoteFile }
    | { kind: "tfrecord"; sets: readonly { set: SetName; images: RemoteFile; paths: RemoteFile }[] }
    | { kind: "npz"; archive: RemoteFile; side: number }
  );

const GIB = 2 ** 30;
const CC_BY = "CC BY 4.0";

/** As its authors split it, without the 16 images that some copies set aside. */
const WHOLE = { train: [1_349, 3_883], test: [234, 390] } as const;

const MENDELEY: Dataset = {
  name: "chest-xray",
  description: "the archive of the authors, 1.2 GB, full-size JPEG",
  licence: CC_BY,
  page: "https://data.mendeley.com/datasets/rscbjbr9sj/2",
  expected: WHOLE,
  kind: "zip",
  archive: {
    name: "ChestXRay2017.zip",
    url: "https://data.mendeley.com/public-files/datasets/rscbjbr9sj/files/f12eaf6d-6023-432f-acc9-80c9d7393433/file_downloaded",
    maxBytes: 2 * GIB,
    // The archive publishes no hash; several public projects record this one, with 1,235,512,464 bytes.
    pin: {
      algorithm: "sha256",
      digest: "13efc055629733dbab07877f8b3c9f81097840dbcdaa326a8542322c2281ce36",
      by: "others who fetched it, not by the archive itself",
    },
  },
};

const RECORDS = "https://storage.googleapis.com/download.tensorflow.org/data/ChestXRay2017";

const TFRECORD: Dataset = {
  name: "chest-xray-tfrecord",
  description: "the same files in TFRecord files, for where the archive cannot be reached",
  licence: CC_BY,
  page: "https://keras.io/examples/vision/xray_classification_with_tpus/",
  expected: WHOLE,
  kind: "tfrecord",
  sets: (["train", "test"] as const).map((set) => ({
    set,
    images: recordFile(set, "images", 2 * GIB),
    paths: recordFile(set, "paths", 2 ** 20),
  })),
};

function recordFile(set: SetName, what: string, maxBytes: number): RemoteFile {
  const path = `${set}/${what}.tfrec`;
  return {
    name: `ChestXRay2017-${set}-${what}.tfrec`,
    url: `${RECORDS}/${path}`,
    mirrorPath: path,
    maxBytes,
  };
}

/** [side in pixels, MD5], from MedMNIST 3.0.2 (medmnist/info.py). */
const PNEUMONIAMNIST = [
  [28, "28209eda62fecd6e6a2d98b1501bb15f"],
  [64, "8f4eceb4ccffa70c672198ea285246c6"],
  [128, "05b46931834c231683c68f40c47b2971"],
  [224, "d6a3c71de1b945ea11211b03746c1fe1"],
] as const;

export const DATASETS: readonly Dataset[] = [
  MENDELEY,
  TFRECORD,
  ...PNEUMONIAMNIST.map(([side, md5]): Dataset => {
    const name = `pneumoniamnist${side === 28 ? "" : `_${side}`}.npz`;
    return {
      name: `pneumoniamnist-${side}`,
      description: `PneumoniaMNIST, cropped to the middle and shrunk to ${side} pixels, grey PNG`,
      licence: CC_BY,
      page: "https://medmnist.com",
      expected: { train: 4_708, val: 524, test: [234, 390] },
      kind: "npz",
      side,
      archive: {
        name,
        url: `https://zenodo.org/records/10519652/files/${name}?download=1`,
        maxBytes: GIB,
        pin: { algorithm: "md5", digest: md5, by: "MedMNIST 3.0.2" },
      },
    };
  }),
];

/** Errors: NOT_FOUND that names the nearest. */
export function findDatasetSource(name: string): Dataset {
  return findNamed(DATASETS, name, "is no data set");
}

/** All images of a set. */
export function sumExpected(expected: Dataset["expected"]): number {
  return Object.values(expected).reduce<number>(
    (sum, count) => sum + (typeof count === "number" ? count : count[0] + count[1]),
    0,
  );
}
