/**
 * The patient in a file name, as the public collections of paediatric radiographs write it:
 * `person12_bacteria_34.jpeg`, `IM-0115-0001.jpeg`, `NORMAL2-IM-1427-0001.jpeg`, `BACTERIA-1008087-0001.jpeg`.
 * Numbers of different series are different patients (person 12 with bacteria is not person 12 with a virus).
 */
const PERSON = /^(person\d+)_(bacteria|virus)_\d+/i;
const SERIES = /^((?:NORMAL2-)?IM|NORMAL|BACTERIA|VIRUS)-(\d+)/i;

/** `undefined` when the name follows no known form. */
export function readPatient(file: string): string | undefined {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const match = PERSON.exec(name) ?? SERIES.exec(name);
  return match ? `${match[1]}-${match[2]}`.toLowerCase() : undefined;
}
