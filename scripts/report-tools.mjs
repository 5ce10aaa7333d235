// Provides what reports in DICOM are held to: .cache/venv-highdicom, whose highdicom reads structured reports, and
// dciodvfy, which knows what the standard asks (Debian's dicom3tools; apt installs it if this user may). Plain Node,
// no packages.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { provideEnvironment } from "./venv.mjs";

const FOLDER = join(resolve(import.meta.dirname, ".."), ".cache", "venv-highdicom");
export const HIGHDICOM_PYTHON = join(FOLDER, "bin", "python");
export const DCIODVFY = "/usr/bin/dciodvfy";

const INSTALL = ["apt-get", "install", "--yes", "--no-install-recommends", "dicom3tools"];

/** Makes both work. Throws with the command to run where they cannot be installed. */
export async function provideReportTools({ log = (line) => console.error(line) } = {}) {
  provideDciodvfy(log);
  await provideEnvironment(FOLDER, {
    ...{
      requirements: "requirements-highdicom.txt",
      pythons: ["python3"],
      versions: "(3, 10) <= version",
      log,
    },
    missing:
      "Reading reports back needs Python 3.10 or newer with venv and pip (Debian, Ubuntu: apt-get install python3 python3-venv)",
    installing: "highdicom: installing it into .cache/venv-highdicom (half a minute) …",
    ready: "highdicom is ready: .cache/venv-highdicom/bin/python",
  });
}

function provideDciodvfy(log) {
  if (existsSync(DCIODVFY)) return;
  const command = INSTALL.join(" ");
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    throw new Error(`Checking reports in DICOM needs dciodvfy. Run: sudo ${command}`);
  log(`dciodvfy: ${command} …`);
  execFileSync("apt-get", ["update", "--quiet"], { stdio: "ignore" });
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  execFileSync(INSTALL[0], INSTALL.slice(1), { stdio: ["ignore", "ignore", "inherit"], env: environment });
  if (!existsSync(DCIODVFY)) throw new Error(`${command} ended well, but there is no ${DCIODVFY}.`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await provideReportTools();
