/**
 * Branch coverage of the decoders: what V8 counted in the bundle of readers, in branches of the sources.
 * The bundle holds what reading reaches (bundle.mjs), and what the engines need beside: that is left out here.
 */
import { readFileSync } from "node:fs";
import type { Profiler } from "node:inspector";
import { dirname, relative, resolve } from "node:path";
import { convert } from "ast-v8-to-istanbul";
import coverage, { type CoverageMap } from "istanbul-lib-coverage";
import { parseSync } from "oxc-parser";

const DECODERS = ["model/format/", "model/input/", "model/verdict/gate/"];
/** An engine reaches it; it writes. */
const EXPORTER = "model/format/onnx/";

export interface BranchCoverage {
  covered: number;
  total: number;
  /** One a decoder's file, by path. */
  files: { path: string; covered: number; total: number; missed: MissedBranch[] }[];
}

export interface MissedBranch {
  line: number;
  /** Istanbul's word for it, such as `if` or `cond-expr`, and which of its ways was not taken, from 1. */
  type: string;
  way: number;
  /** The source line. */
  text: string;
}

/** @param bundle of readers.ts with a source map beside it; `coverageFiles` hold V8's scripts as JSON. */
export async function measureBranches(
  bundle: string,
  coverageFiles: string[],
  root: string,
): Promise<BranchCoverage> {
  const code = readFileSync(bundle, "utf8");
  const sourceMap = JSON.parse(readFileSync(`${bundle}.map`, "utf8"));
  const map = coverage.createCoverageMap({});
  for (const file of coverageFiles) {
    for (const script of JSON.parse(readFileSync(file, "utf8")) as Profiler.ScriptCoverage[]) {
      const { program } = parseSync(bundle, code);
      const converted = await convert({
        code,
        sourceMap,
        coverage: script,
        ast: program as never,
      });
      map.merge(converted as never);
    }
  }
  // The sources as they were bundled: somebody may be writing while inputs are met.
  const texts = new Map<string, string>(
    sourceMap.sources.map((source: string, i: number) => [
      resolve(dirname(bundle), source),
      sourceMap.sourcesContent[i],
    ]),
  );
  return summarise(map, texts, root);
}

function summarise(map: CoverageMap, texts: Map<string, string>, root: string): BranchCoverage {
  const files = map
    .files()
    .map((file) => {
      const { b: hits, branchMap } = map.fileCoverageFor(file);
      const lines = texts.get(file)?.split("\n") ?? [];
      const missed = Object.entries(hits).flatMap(([id, ways]) =>
        ways.flatMap((count, way) => {
          const { type, locations, loc } = branchMap[id]!;
          const line = locations[way]?.start.line ?? loc.start.line;
          return count > 0 ? [] : [{ line, type, way: way + 1, text: lines[line - 1]?.trim() ?? "" }];
        }),
      );
      const total = Object.values(hits).reduce((sum, ways) => sum + ways.length, 0);
      return { path: relative(root, file), covered: total - missed.length, total, missed };
    })
    .filter(({ path, total }) => total > 0 && isDecoder(path))
    .sort((a, b) => a.path.localeCompare(b.path));
  return {
    covered: files.reduce((sum, file) => sum + file.covered, 0),
    total: files.reduce((sum, file) => sum + file.total, 0),
    files,
  };
}

function isDecoder(path: string): boolean {
  return DECODERS.some((folder) => path.startsWith(folder)) && !path.startsWith(EXPORTER);
}
