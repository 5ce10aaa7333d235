/** What each role of a function may do in the store, by prefix. */
export const ALL = [
  ...["access", "artifacts", "log", "pointers", "predictions", "probe", "scores", "snapshot", "uploads"],
];
const except = (...names: string[]) => ALL.filter((name) => !names.includes(name));
export const MAY: Record<string, { read: string[]; write: string[]; remove: string[] }> = {
  PageRole: { read: ["access"], write: [], remove: [] },
  ReaderRole: { read: ALL, write: [], remove: ["uploads"] },
  RegistryRole: {
    read: ALL,
    write: except("access", "predictions", "scores"),
    remove: ["pointers", "probe", "snapshot", "uploads"],
  },
  TrainingRole: {
    read: ALL,
    write: except("access", "predictions", "scores"),
    remove: ["pointers", "probe", "snapshot"],
  },
  ScoreRole: { read: ALL, write: ["scores"], remove: ["uploads"] },
  // of the container that trains
  TrainingJobRole: {
    read: except("access", "predictions", "scores", "uploads"),
    write: except("access", "predictions", "scores", "uploads"),
    remove: ["pointers", "probe", "snapshot"],
  },
};
