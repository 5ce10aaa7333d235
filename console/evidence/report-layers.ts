/** What reads a sealed file layer by layer, and of model/format no more: loaded when a page comes to it. */
export { reportLayers } from "@radlite/model/format";
