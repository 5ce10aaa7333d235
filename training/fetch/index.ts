/** Fetching: published files into a local cache. The only place of Radlite that reads from the network to train. */
export { type DatasetOptions, type FetchedDataset, fetchDataset } from "./dataset.ts";
export { DATASETS, type Dataset, findDatasetSource } from "./datasets.ts";
export { type DownloadOptions, type FetchedFile, fetchFile, findFetched } from "./download.ts";
export { findPublished, matchPublished, PUBLISHED_WEIGHTS, type PublishedWeights } from "./weights.ts";
