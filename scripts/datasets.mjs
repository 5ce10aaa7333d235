// The data sets of `npm start -- --data NAME=DIR`, as the setting RADLITE_DATASETS has them.
import { statSync } from "node:fs";
import { resolve } from "node:path";

/**
 * @param {readonly string[]} named as on the command line
 * @param {string} setting those that are set already; one of the same name gives way
 * @returns {string} the setting with both
 * @throws {Error} with what was expected, for one of another form and for a folder that is not there
 */
export function addDatasets(named, setting = "") {
  const added = named.map((text) => {
    const [, name, folder] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
    if (!name) throw new Error(`--data is "${text}"; NAME=DIR was expected, such as chest=/data/chest_xray.`);
    const path = resolve(folder);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
      throw new Error(`--data ${name} is ${path}; a folder was expected there.`);
    if (/,|^\s|\s$/.test(path))
      throw new Error(
        `--data ${name} is "${path}"; a folder without a comma, and without a blank at its end, was expected.`,
      );
    return [name, path];
  });
  const others = setting
    .split(",")
    .filter((entry) => entry.trim() !== "" && !added.some(([name]) => entry.split("=")[0].trim() === name));
  return [...others, ...added.map(([name, path]) => `${name}=${path}`)].join(",");
}
