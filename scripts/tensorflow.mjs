/**
 * Provides the native TensorFlow that @tensorflow/tfjs-node runs on: takes the libraries out of the
 * tensorflow-cpu wheel (pinned by SHA-256), compiles tfjs-node's own binding against them and links the
 * result into node_modules. With --gpu the same for @tensorflow/tfjs-node-gpu, out of the tensorflow wheel and
 * NVIDIA's. Products live in .cache/tensorflow/<key>, complete or absent (renamed into place), so `npm ci` costs
 * only a link and two callers at once do no harm. Linux x64; elsewhere tfjs-node's own installer is tried.
 * Needs nothing installed by npm but the package itself and node-api-headers.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { BUILDS, fetchWheel, requireTool } from "./tensorflow-wheels.mjs";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

const ROOT = resolve(import.meta.dirname, "..");
const CACHE = join(ROOT, ".cache", "tensorflow");

// Only these of the gigabytes in the wheels are needed: the libraries to run, and the C interface to compile.
const UNPACK = `
import sys, zipfile
wheel, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2") or name.startswith(
            ("tensorflow/include/tensorflow/c/", "tensorflow/include/tensorflow/core/platform/", "tensorflow/include/tsl/")) or (
            name.startswith("nvidia/") and "/lib/" in name):
            archive.extract(name, target)
`;

// The first line gives back what tfjs-node calls and Node 23 took away, as training/tensorflow.ts does.
const VERIFY = `
require("node:util").isNullOrUndefined = (x) => x == null;
const tf = require(process.argv[1]);
const [x] = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync());
if (x !== 11) throw new Error("1*3 + 2*4 came out as " + x);
console.log(tf.backend().binding.TF_Version);
`;

/**
 * Makes `import "@tensorflow/tfjs-node"` work; does nothing when it already does.
 * @param {{ device?: "CPU" | "GPU", log?: (line: string) => void }} [options]
 * @returns {Promise<{ library: string }>} what will be loaded, in words
 */
export async function provideTensorflow({ device = "CPU", log = (line) => console.error(line) } = {}) {
  const tfjs = findPackage(BUILDS[device].tfjs);
  const binding = join(tfjs, "lib", "napi-v8", "tfjs_binding.node");
  if (process.platform !== "linux" || process.arch !== "x64") {
    return installElsewhere(tfjs, binding, device, log);
  }
  // A real folder there is somebody's own installation: it is theirs to choose.
  if (existsSync(binding) && !(await isLink(join(tfjs, "lib"))))
    return { library: `tfjs-node's own, ${tfjs}` };

  const key = await productKey(tfjs, BUILDS[device].wheels);
  const product = join(CACHE, key);
  const linked = (await linkTarget(join(tfjs, "lib"))) === join(product, "lib");
  if (linked && existsSync(binding)) {
    return { library: `TensorFlow 2.15.1 (${device}), ${product}` };
  }

  if (!existsSync(product)) await build(tfjs, product, BUILDS[device].wheels, log);
  for (const part of ["lib", "deps"]) await linkFolder(join(product, part), join(tfjs, part));
  const version = await verify(BUILDS[device].tfjs);
  log(`TensorFlow ${version} (${device}) is ready: ${product}`);
  return { library: `TensorFlow ${version} (${device}), ${product}` };
}

function findPackage(name) {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm ci, without --omit=optional.`, { cause });
  }
}

/** The binding's source, the wheels and the machine: whatever changes the product changes its key. */
async function productKey(tfjs, wheels) {
  const digests = wheels.map(({ sha256 }) => sha256).join(" ");
  const hash = createHash("sha256").update(`${digests} ${process.platform} ${process.arch} 1\n`);
  const folder = join(tfjs, "binding");
  for (const name of (await readdir(folder)).sort()) hash.update(await readFile(join(folder, name)));
  return hash.digest("hex").slice(0, 16);
}

async function build(tfjs, product, wheels, log) {
  await requireTool("g++", ["--version"], "a C++ compiler (Debian, Ubuntu: apt-get install g++)");
  await mkdir(CACHE, { recursive: true });
  await removeLeftovers();
  const work = await mkdtemp(join(CACHE, "building-"));
  try {
    for (const wheel of wheels) {
      const path = await fetchWheel(wheel, CACHE, log);
      log(`TensorFlow: unpacking ${wheel.requirement} …`);
      await run("python3", ["-c", UNPACK, path, work]);
    }
    const unpacked = join(work, "tensorflow");
    const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
    await mkdir(join(work, "deps", "lib"), { recursive: true });
    for (const name of libraries) await rename(join(unpacked, name), join(work, "deps", "lib", name));
    // TensorFlow looks for CUDA beside its own folder, as Python has it: ../nvidia/cublas/lib and so on.
    if (existsSync(join(work, "nvidia"))) await rename(join(work, "nvidia"), join(work, "deps", "nvidia"));

    log("TensorFlow: compiling the binding of tfjs-node (10 s) …");
    await mkdir(join(work, "lib", "napi-v8"), { recursive: true });
    await run("g++", [
      ...["-std=c++17", "-O2", "-fPIC", "-shared", "-w", "-DNAPI_VERSION=8"],
      ...["-I", join(unpacked, "include"), "-I", require("node-api-headers").include_dir],
      ...(await readdir(join(tfjs, "binding")))
        .filter((n) => n.endsWith(".cc"))
        .map((n) => join(tfjs, "binding", n)),
      ...["-L", join(work, "deps", "lib"), ...libraries.map((name) => `-l:${name}`)],
      ...["-Wl,-rpath,$ORIGIN/../../deps/lib", "-o", join(work, "lib", "napi-v8", "tfjs_binding.node")],
    ]);
    await rm(unpacked, { recursive: true });
    await rename(work, product).catch((error) => {
      if (!existsSync(product)) throw error; // somebody else finished the same product first
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** What set-ups that were killed left: a gigabyte each. One that is a day old is nobody's any more. */
async function removeLeftovers() {
  for (const name of await readdir(CACHE)) {
    if (!/^(building|downloading)-/.test(name)) continue;
    const { mtimeMs } = await stat(join(CACHE, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > 24 * 3600e3) await rm(join(CACHE, name), { recursive: true, force: true });
  }
}

async function verify(tfjs) {
  const { stdout } = await run(process.execPath, ["-e", VERIFY, tfjs], { cwd: ROOT }).catch((cause) => {
    throw new Error(`TensorFlow was installed but does not compute: ${cause.stderr || cause.message}`, {
      cause,
    });
  });
  return stdout.trim().split("\n").at(-1);
}

async function installElsewhere(tfjs, binding, device, log) {
  if (existsSync(binding)) return { library: `tfjs-node's own, ${tfjs}` };
  log(`TensorFlow: ${process.platform} ${process.arch} is not Linux x64; trying tfjs-node's own installer …`);
  await run(process.execPath, [join(tfjs, "scripts", "install.js")], { cwd: tfjs });
  const version = await verify(BUILDS[device].tfjs);
  log(`TensorFlow ${version} is ready: ${tfjs}`);
  return { library: `TensorFlow ${version}, tfjs-node's own, ${tfjs}` };
}

/** Points `link` at `target`, replacing an older link in one step. */
async function linkFolder(target, link) {
  const draft = `${link}.${process.pid}`;
  await symlink(target, draft);
  await rename(draft, link);
}

async function isLink(path) {
  return lstat(path).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  );
}

async function linkTarget(path) {
  return readlink(path).catch(() => undefined);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const device = process.argv.includes("--gpu") ? "GPU" : "CPU";
    const { library } = await provideTensorflow({ device });
    console.log(library);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
