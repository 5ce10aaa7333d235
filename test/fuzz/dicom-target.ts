/**
 * dicom: bytes into the reader of DICOM. Levels must be as many as the size says, and none above white. Past the header
 * is whatever a pixel decoder is asked for.
 */
import type { Numbers } from "../model/networks.ts";
import { changeCoded, changeNative, changeWhole, type Films, readFilms } from "./dicom-films.ts";
import type * as Readers from "./readers.ts";
import { numbersOf, pickWeighted, type Target } from "./target.ts";

type Make = (films: Films, numbers: Numbers) => Uint8Array;

const MAKERS: readonly (readonly [weight: number, make: Make])[] = [
  [45, changeCoded],
  [40, (_, numbers) => changeNative(numbers)],
  [15, changeWhole],
];

export function createDicomTarget(readers: typeof Readers): Target {
  const films = readFilms();
  return {
    generate(seed, index) {
      const numbers = numbersOf(seed, index);
      return pickWeighted(numbers, MAKERS)(films, numbers);
    },
    async read(bytes) {
      const { width, height, levels, white } = await readers.decodeDicom(bytes);
      if (levels.length !== width * height)
        throw new Error(`${levels.length} levels, expected ${width}x${height}`);
      if (!(white >= 255 && white <= 65_535)) throw new Error(`white is ${white}, expected 255 to 65535`);
      const wrong = levels.findIndex((level) => level > white);
      if (wrong >= 0) throw new Error(`level ${wrong} is ${levels[wrong]}, expected at most ${white}`);
    },
    async passesHeader(bytes) {
      try {
        const file = await readers.parseDicom(bytes, readers.inflate);
        readers.requireChestFilm(file);
        readers.describePicture(file);
        return true;
      } catch {
        return false;
      }
    },
  };
}
