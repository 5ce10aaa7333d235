/** Runs opened models; the only place that knows an inference runtime. */
export { type Engine, loadEngine, type Output } from "./engine.ts";
