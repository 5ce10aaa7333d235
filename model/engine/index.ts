/** Runs opened models; the only place that knows an inference runtime. */
export { ENGINES, type Engine, type EngineKind, loadEngine, type Output } from "./engine.ts";
