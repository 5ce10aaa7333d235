/**
 * The patient in a file name, as the public collections of paediatric radiographs write it:
 * `person12_bacteria_34.jpeg`, `IM-0115-0001.jpeg`, `NORMAL2-IM-1427-0001.jpeg`, `BACTERIA-1008087-0001.jpeg`.
 * Numbers of different series are different patients (person 12 with bacteria is not person 12 with a virus).
 */
const PERSON = /^(person\d+)_(bacteria|virus)_\d+/i;
const GERM = /^(BACTERIA|VIRUS)-\d+/i;
const SERIES = /^((?:NORMAL2-)?IM|NORMAL|BACTERIA|VIRUS)-(\d+)/i;

/** The germ that a name gives a pneumonia. */
export type Germ = "bacteria" | "virus";

/** `undefined` when the name says none. */
export function readGerm(file: string): Germ | undefined {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const found = PERSON.exec(name)?.[2] ?? GERM.exec(name)?.[1];
  return found?.toLowerCase() as Germ | undefined;
}

/** `undefined` when the name follows no known form. */
export function readPatient(file: string): string | undefined {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const match = PERSON.exec(name) ?? SERIES.exec(name);
  return match ? `${match[1]}-${match[2]}`.toLowerCase() : undefined;
}
