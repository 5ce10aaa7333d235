// Bundles a page for browsers: scripts split so that what is used later comes later (of the upload page the engine and
// each decoder), names that hold their hashes, and page.html with those names. Called by scripts/build.mjs.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { root } from "./steps.mjs";

const SERVED_AS = "/page/"; // by functions/page.ts

/**
 * @param {import("esbuild")} esbuild
 * @param {string} name of its folder in console/
 * @param {string} outdir where the handler looks for the files
 * @returns {Promise<{ files: { path: string, contents: Uint8Array }[], metafile: import("esbuild").Metafile }>}
 *   page.html is the last file
 */
export async function bundlePage(esbuild, name, outdir) {
  const source = `console/${name}`;
  const script = `${source}/main.ts`;
  const { outputFiles, metafile } = await esbuild.build({
    entryPoints: [script],
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    charset: "utf8",
    absWorkingDir: root,
    outdir,
    publicPath: SERVED_AS,
    write: false,
    logLevel: "silent",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".wasm": "file" },
    define: { "process.env.NODE_ENV": '"production"' }, // React is two libraries in one
    // The first is looked for when a network is large, the others by codecs that run in Node: none is ever found.
    external: ["onnxruntime-node", "fs", "path"],
    legalComments: "none",
  });
  const [main, { cssBundle }] = Object.entries(metafile.outputs).find(
    ([, output]) => output.entryPoint === script,
  );
  const html = (await readFile(join(root, source, "page.html"), "utf8"))
    .replace(`${SERVED_AS}main.js`, SERVED_AS + basename(main))
    .replace(`${SERVED_AS}main.css`, SERVED_AS + basename(cssBundle));
  const page = { path: join(outdir, "page.html"), contents: new TextEncoder().encode(html) };
  return { files: [...outputFiles, page], metafile };
}
