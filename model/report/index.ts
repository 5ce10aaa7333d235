export { CAPTURED_SIDE, type Captured, writeCapture } from "./capture.ts";
export type { Circumstances, Judgement } from "./frame.ts";
export { type ReportSource, readSource } from "./source.ts";
export { writeStructuredReport } from "./structured-report.ts";
