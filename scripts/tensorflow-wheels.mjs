// Which Python wheels native TensorFlow is taken from, on Linux x64, and how they are fetched: as archives of
// libraries, whatever Python there is, each held to its SHA-256. The CUDA libraries are the ones that TensorFlow
// 2.15 names in its extra `and-cuda`, less those that only its compiler and several GPUs need.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

const PLATFORM = [
  ...["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"],
  ...["--platform", "manylinux2014_x86_64"],
];
const TENSORFLOW = "2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl";

const nvidia = (part, version, megabytes, sha256) => ({
  requirement: `nvidia-${part}-cu12==${version}`,
  file: `nvidia_${part.replaceAll("-", "_")}_cu12-${version}-py3-none-manylinux1_x86_64.whl`,
  megabytes,
  sha256,
});

/** By device: the package that binds the library, and the wheels with the library in it. */
export const BUILDS = {
  CPU: {
    tfjs: "@tensorflow/tfjs-node",
    wheels: [
      {
        requirement: "tensorflow-cpu==2.15.1",
        file: `tensorflow_cpu-${TENSORFLOW}`,
        megabytes: 207,
        sha256: "54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26",
      },
    ],
  },
  GPU: {
    tfjs: "@tensorflow/tfjs-node-gpu",
    wheels: [
      {
        requirement: "tensorflow==2.15.1",
        file: `tensorflow-${TENSORFLOW}`,
        megabytes: 475,
        sha256: "bb0edd69103c154245c5f209f0507355cc68ba7e4de350084bc31edc562478e4",
      },
      nvidia("cublas", "12.2.5.6", 418, "f448d8db463f9a2c7dd9a1e607c0961d3e95f825b86839c5882f7d073d406df0"),
      nvidia(
        "cuda-cupti",
        "12.2.142",
        14,
        "ce68d1009dd14215e38ed49643d31374c71d6fea381181cb0b9da7f19dfd1624",
      ),
      nvidia(
        "cuda-nvrtc",
        "12.2.140",
        23,
        "b1cdcae6443cb7cdcfb5d1bf51896a148c9f82f9e65b27db9ab095eaed689aa7",
      ),
      nvidia(
        "cuda-runtime",
        "12.2.140",
        1,
        "acb9cb7e44594a3512533497ea790d9f0b0e399abcc888584c157d1ffa080e41",
      ),
      nvidia("cudnn", "8.9.4.25", 720, "9f882d5b11753c566fd32427839089eb4f8ba7a58c28446ad359e32c40229723"),
      nvidia("cufft", "11.0.8.103", 99, "72e961e578f9be9e316ccb4db8652c421dd0b57442624faa71061d452f449a67"),
      nvidia(
        "cusolver",
        "11.5.2.141",
        125,
        "5a85c4653ce34339a5688137f494a0f903e0f0532418550998167f00844161da",
      ),
      nvidia(
        "cusparse",
        "12.1.2.141",
        195,
        "4e13d6a51d2303dcb2a023ba09546811161f0334fc64e13689397bbd3b1eb126",
      ),
      nvidia("nvjitlink", "12.2.140", 20, "95635cafbf9f96c38bea5200ab145a2e6aefbb5405e0b04c1e4ba54df2d84ec9"),
    ],
  },
};

/**
 * The wheel in the folder, downloaded by pip if it is not there.
 * @returns {Promise<string>} its path
 */
export async function fetchWheel({ requirement, file, megabytes, sha256 }, folder, log) {
  const wheel = join(folder, file);
  await requireTool(
    "python3",
    ["-c", "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))"],
    "Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt-get install python3 python3-venv)",
  );
  if (existsSync(wheel) && (await digest(wheel)) === sha256) return wheel;
  log(`TensorFlow: downloading ${requirement} (${megabytes} MB) with pip …`);
  const work = await mkdtemp(join(folder, "downloading-"));
  try {
    // An environment of its own for one command: the system's pip may be managed by others.
    await run("python3", ["-m", "venv", join(work, "venv")]);
    await run(join(work, "venv", "bin", "python"), [
      ...["-m", "pip", "download", "--quiet", "--disable-pip-version-check"],
      ...["--no-deps", "--only-binary=:all:", ...PLATFORM, "--dest", work, requirement],
    ]);
    const found = await digest(join(work, file));
    if (found !== sha256) {
      throw new Error(`${file} has SHA-256 ${found}, expected ${sha256}: nothing was installed.`);
    }
    await rename(join(work, file), wheel);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return wheel;
}

/** Throws what to install where the command does not work. */
export async function requireTool(command, args, hint) {
  await run(command, args).catch((cause) => {
    throw new Error(`Training needs ${hint}; \`${command}\` did not work: ${cause.message}`, { cause });
  });
}

/** SHA-256 of a file, in hex. */
export async function digest(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
