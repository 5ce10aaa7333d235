/**
 * Provides the native TensorFlow that @tensorflow/tfjs-node runs on: takes the libraries out of the
 * tensorflow-cpu wheel (pinned by SHA-256), compiles tfjs-node's own binding against them and links the
 * result into node_modules. Products live in .cache/tensorflow/<key>, complete or absent (renamed into place),
 * so `npm ci` costs a relink and two callers at once do no harm. Linux x64; elsewhere tfjs-node's own
 * installer is tried. Needs nothing installed by npm but tfjs-node and node-api-headers.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

const ROOT = resolve(import.meta.dirname, "..");
const CACHE = join(ROOT, ".cache", "tensorflow");

const WHEEL = {
  requirement: "tensorflow-cpu==2.15.1",
  file: "tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
  sha256: "54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26",
  platform: [
    ...["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"],
    ...["--platform", "manylinux2014_x86_64"],
  ],
};

// Of the 1.2 GB in the wheel only these are needed: two libraries to run, and the C interface to compile.
const UNPACK = `
import sys, zipfile
wheel, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name in ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2") or name.startswith(
            ("tensorflow/include/tensorflow/c/", "tensorflow/include/tensorflow/core/platform/", "tensorflow/include/tsl/")):
            archive.extract(name, target)
`;

const VERIFY = `
const tf = require("@tensorflow/tfjs-node");
const [x] = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync());
if (x !== 11) throw new Error("1*3 + 2*4 came out as " + x);
console.log(tf.backend().binding.TF_Version);
`;

/**
 * Makes `import "@tensorflow/tfjs-node"` work; does nothing when it already does.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<{ library: string }>} what will be loaded, in words
 */
export async function provideTensorflow({ log = (line) => console.error(line) } = {}) {
  const tfjs = dirname(require.resolve("@tensorflow/tfjs-node/package.json"));
  const binding = join(tfjs, "lib", "napi-v8", "tfjs_binding.node");
  if (process.platform !== "linux" || process.arch !== "x64") return installElsewhere(tfjs, binding, log);
  // A real folder there is somebody's own installation: it is theirs to choose.
  if (existsSync(binding) && !(await isLink(join(tfjs, "lib"))))
    return { library: `tfjs-node's own, ${tfjs}` };

  const key = await productKey(tfjs);
  const product = join(CACHE, key);
  const linked = (await linkTarget(join(tfjs, "lib"))) === join(product, "lib");
  if (linked && existsSync(binding)) return { library: `TensorFlow 2.15.1 (CPU), ${product}` };

  if (!existsSync(product)) await build(tfjs, product, log);
  for (const part of ["lib", "deps"]) await linkFolder(join(product, part), join(tfjs, part));
  const version = await verify();
  log(`TensorFlow ${version} (CPU) is ready: ${product}`);
  return { library: `TensorFlow ${version} (CPU), ${product}` };
}

/** The binding's source, the wheel and the machine: whatever changes the product changes its key. */
async function productKey(tfjs) {
  const hash = createHash("sha256").update(`${WHEEL.sha256} ${process.platform} ${process.arch} 1\n`);
  const folder = join(tfjs, "binding");
  for (const name of (await readdir(folder)).sort()) hash.update(await readFile(join(folder, name)));
  return hash.digest("hex").slice(0, 16);
}

async function build(tfjs, product, log) {
  await requireTool("g++", ["--version"], "a C++ compiler (Debian, Ubuntu: apt-get install g++)");
  await mkdir(CACHE, { recursive: true });
  const wheel = await fetchWheel(log);
  const work = await mkdtemp(join(CACHE, "building-"));
  try {
    log("TensorFlow: unpacking two libraries (600 MB) and the C headers …");
    await run("python3", ["-c", UNPACK, wheel, work]);
    const unpacked = join(work, "tensorflow");
    const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
    await mkdir(join(work, "deps", "lib"), { recursive: true });
    for (const name of libraries) await rename(join(unpacked, name), join(work, "deps", "lib", name));

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

async function fetchWheel(log) {
  const wheel = join(CACHE, WHEEL.file);
  const hint =
    "Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt-get install python3 python3-venv)";
  await requireTool(
    "python3",
    ["-c", "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))"],
    hint,
  );
  if (existsSync(wheel) && (await digest(wheel)) === WHEEL.sha256) return wheel;
  log(`TensorFlow: downloading ${WHEEL.requirement} (207 MB) with pip …`);
  const work = await mkdtemp(join(CACHE, "downloading-"));
  try {
    // An environment of its own for one command: the system's pip may be managed by others.
    await run("python3", ["-m", "venv", join(work, "venv")]);
    const download = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check"];
    const archive = [
      "--no-deps",
      "--only-binary=:all:",
      ...WHEEL.platform,
      "--dest",
      work,
      WHEEL.requirement,
    ];
    await run(join(work, "venv", "bin", "python"), [...download, ...archive]);
    const found = await digest(join(work, WHEEL.file));
    if (found !== WHEEL.sha256) {
      throw new Error(`${WHEEL.file} has SHA-256 ${found}, expected ${WHEEL.sha256}: nothing was installed.`);
    }
    await rename(join(work, WHEEL.file), wheel);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return wheel;
}

async function requireTool(command, args, hint) {
  await run(command, args).catch((cause) => {
    throw new Error(`Training needs ${hint}; \`${command}\` did not work: ${cause.message}`, { cause });
  });
}

async function verify() {
  const { stdout } = await run(process.execPath, ["-e", VERIFY], { cwd: ROOT }).catch((cause) => {
    throw new Error(`TensorFlow was installed but does not compute: ${cause.stderr || cause.message}`, {
      cause,
    });
  });
  return stdout.trim().split("\n").at(-1);
}

async function installElsewhere(tfjs, binding, log) {
  if (existsSync(binding)) return { library: `tfjs-node's own, ${tfjs}` };
  log(`TensorFlow: ${process.platform} ${process.arch} is not Linux x64; trying tfjs-node's own installer …`);
  await run(process.execPath, [join(tfjs, "scripts", "install.js")], { cwd: tfjs });
  const version = await verify();
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

async function digest(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const { library } = await provideTensorflow();
    console.log(library);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
