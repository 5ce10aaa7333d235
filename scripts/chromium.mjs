// Finds the Chromium that the browser tests drive: RADLITE_CHROMIUM, or where distributions put it. When there is
// none, apt installs it if this user may (root); otherwise the command to run is said. Plain Node, no packages.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";

const USUAL = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
];
const INSTALL = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"];

/** The executable, or undefined. Throws when RADLITE_CHROMIUM names none. */
export function findChromium({ environment = process.env, usual = USUAL } = {}) {
  const chosen = environment.RADLITE_CHROMIUM;
  if (!chosen) return usual.find((path) => existsSync(path));
  if (existsSync(chosen)) return chosen;
  throw new Error(
    `RADLITE_CHROMIUM is "${chosen}", which is not there; the path of a Chromium was expected.`,
  );
}

/** Makes `findChromium` find one. Throws with the command to run when it cannot. */
export function provideChromium({ log = (line) => console.error(line) } = {}) {
  const found = findChromium();
  if (found) return found;
  const command = INSTALL.join(" ");
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get"))
    throw new Error(
      `The browser tests need Chromium. Run: sudo ${command}  (or set RADLITE_CHROMIUM to the path of one)`,
    );
  log(`Chromium: ${command} …`);
  execFileSync("apt-get", ["update", "--quiet"], { stdio: "ignore" });
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  execFileSync(INSTALL[0], INSTALL.slice(1), { stdio: ["ignore", "ignore", "inherit"], env: environment });
  const installed = findChromium();
  if (installed) return installed;
  throw new Error(`${command} ended well, but there is no Chromium at ${USUAL.join(", ")}.`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    console.log(provideChromium());
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
