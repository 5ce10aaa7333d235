/**
 * The teachers of a version, by the digests of their artifacts. Facts name one as `teacher`, as they have from the
 * first release on, and several as `teachers`.
 */
import type { VersionFacts } from "./evaluation.ts";

export type NamedTeachers = Pick<VersionFacts, "teacher" | "teachers">;

export function listTeachers({ teacher, teachers }: NamedTeachers): string[] {
  return teachers ?? (teacher === undefined ? [] : [teacher]);
}

export function nameTeachers(digests: readonly string[]): NamedTeachers {
  if (digests.length > 1) return { teachers: [...digests] };
  return digests.length === 1 ? { teacher: digests[0]! } : {};
}
