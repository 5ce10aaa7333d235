/**
 * The two cells of NASNet-A as data: five sums of two operations each over `h`, the cell's input, and `p`, the one
 * before it, both brought to the cell's channels; what leaves is joined along channels.
 * Zoph et al., "Learning Transferable Architectures for Scalable Image Recognition", CVPR 2018, figure 4.
 */

/** `h3`: h with zeros around, which the pools of a reduction take part in; a number: the sum of that block. */
export type CellSource = "h" | "h3" | "p" | 1 | 2;

export type CellOperation = "separable" | "average" | "maximum" | "identity";

export interface CellPart {
  source: CellSource;
  operation: CellOperation;
  /** Side of the window; of no meaning for the identity. */
  kernel: number;
  /** Default 1. */
  stride?: 2;
  /** In the names of its layers, before the cell's own. */
  name: string;
}

export interface CellBlock {
  parts: readonly [CellPart, CellPart];
  /** Absent: a name that Keras counts. */
  sum?: string;
}

export interface Cell {
  blocks: readonly CellBlock[];
  /** Values that are joined. */
  joined: readonly ("p" | 1 | 2 | 3 | 4 | 5)[];
}

const separable = (source: CellSource, kernel: number, name: string): CellPart => ({
  source,
  operation: "separable",
  kernel,
  name,
});

const average = (source: CellSource, name: string): CellPart => ({
  source,
  operation: "average",
  kernel: 3,
  name,
});

const identity = (source: CellSource): CellPart => ({
  source,
  operation: "identity",
  kernel: 1,
  name: "",
});

const halve = (part: CellPart): CellPart => ({ ...part, stride: 2 });

const maximum = (source: CellSource, name: string): CellPart => ({
  source,
  operation: "maximum",
  kernel: 3,
  stride: 2,
  name,
});

export const NORMAL_CELL: Cell = {
  blocks: [
    { parts: [separable("h", 5, "normal_left1"), separable("p", 3, "normal_right1")], sum: "normal_add_1" },
    { parts: [separable("p", 5, "normal_left2"), separable("p", 3, "normal_right2")], sum: "normal_add_2" },
    { parts: [average("h", "normal_left3"), identity("p")], sum: "normal_add_3" },
    { parts: [average("p", "normal_left4"), average("p", "normal_right4")], sum: "normal_add_4" },
    { parts: [separable("h", 3, "normal_left5"), identity("h")], sum: "normal_add_5" },
  ],
  joined: ["p", 1, 2, 3, 4, 5],
};

/** Halves the sides; its first block is read by others only. */
export const REDUCTION_CELL: Cell = {
  blocks: [
    {
      parts: [halve(separable("h", 5, "reduction_left1")), halve(separable("p", 7, "reduction_right1"))],
      sum: "reduction_add_1",
    },
    {
      parts: [maximum("h3", "reduction_left2"), halve(separable("p", 7, "reduction_right2"))],
      sum: "reduction_add_2",
    },
    {
      parts: [halve(average("h3", "reduction_left3")), halve(separable("p", 5, "reduction_right3"))],
      sum: "reduction_add3",
    },
    { parts: [identity(2), average(1, "reduction_left4")] },
    {
      parts: [separable(1, 3, "reduction_left4"), maximum("h3", "reduction_right5")],
      sum: "reduction_add4",
    },
  ],
  joined: [2, 3, 4, 5],
};
