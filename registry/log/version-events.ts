/** Events of a version: that it came, and what was said of it; see events.ts. */
import type { Confusion } from "@radlite/model/format";
import type { RecipeName, Stage } from "@radlite/registry/bundle";
import type { EventOrigin } from "./origin.ts";

/** The operating point sealed in an artifact. */
export interface OperatingPoint {
  temperature: number; // float32
  threshold: number; // float32
  thresholdRule: string; // as formatThresholdRule writes it
}

/** `sizeBytes`, `parameters`, `macs`, `network` and `operatingPoint` are read from the bytes, not from the caller. */
export interface VersionRegistered extends EventOrigin {
  kind: "VersionRegistered";
  /** 1, the first release's, knew one teacher; 2 all of them. */
  eventVersion: 1 | 2;
  model: string;
  /** 1, 2, 3, ... within the model. */
  number: number;
  artifact: string;
  /** Digest of the unsealed network: a refit of calibration is a new artifact with the same network. */
  network: string;
  sizeBytes: number;
  parameters: number;
  macs: number;
  /** Absent for an unsealed artifact; `validation` and `validationAuc` as sealed. */
  operatingPoint?: OperatingPoint & { validation: Confusion; validationAuc: number };
  recipe: RecipeName;
  seed: number;
  stages: Stage[];
  parent?: string;
  /** Of version 1 alone. */
  teacher?: string;
  /** Digests of the artifacts that it learnt from, absent where there was none; from version 2 on. */
  teachers?: string[];
  trainedOn: { images: string; count: number };
  backend: string;
  tags: Record<string, string>;
  runId?: string;
}

export interface VersionArchived extends EventOrigin {
  kind: "VersionArchived";
  /** 1 could not be undone. */
  eventVersion: 1 | 2;
  model: string;
  version: number;
  /** False brings it back; from version 2 on. */
  archived?: boolean;
  reason: string;
}

interface VersionAnnotatedFirst extends EventOrigin {
  kind: "VersionAnnotated";
  eventVersion: 1;
  model: string;
  version: number;
  /** A remark for people; it stays in the log. */
  note?: string;
  /** Tags to set; null takes one away. */
  tags: Record<string, string | null>;
}

interface VersionAnnotatedSecond extends EventOrigin {
  kind: "VersionAnnotated";
  eventVersion: 2;
  model: string;
  version: number;
  /** Markdown, as it was written; a state says where to find it. */
  note: string;
}

/** Version 1 set tags as well. */
export type VersionAnnotated = VersionAnnotatedFirst | VersionAnnotatedSecond;

export interface VersionTagged extends EventOrigin {
  kind: "VersionTagged";
  eventVersion: 1;
  model: string;
  version: number;
  set: Record<string, string>;
  /** Keys that it has no longer. */
  remove: string[];
}
