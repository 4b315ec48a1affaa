import type { LookKind } from "../../vitals/comparison";
import { DAY, HOUR } from "../../vitals/time";

/** A look that was (ms), or will be; `null`: nobody knows when a release will be replaced. */
export type Look = { kind: LookKind; at: number | null };
export type PastLook = Look & { at: number };

export type Looks = { last: PastLook | null; next: Look | null };

const DECLARED = [
  { kind: "first-day", age: DAY },
  { kind: "second-day", age: 2 * DAY },
] as const;

/**
 * The last look before a time, and the next one after it.
 * @param release when it appeared, and when another replaced it (ms; `null`: not yet)
 */
export function looksAt(
  { deployedAt, replacedAt }: { deployedAt: number; replacedAt: number | null },
  time: number,
): Looks {
  if (replacedAt !== null && replacedAt <= time) {
    return { last: { kind: "replacement", at: replacedAt }, next: null };
  }
  const looks = DECLARED.map(({ kind, age }) => ({ kind, at: deployedAt + age }));
  return {
    last: looks.findLast(({ at }) => at <= time) ?? null,
    next: looks.find(({ at }) => at > time) ?? { kind: "replacement", at: null },
  };
}

/** The first hour (since the epoch) that a look no longer sees: only whole hours count. */
export const hourOfLook = ({ at }: PastLook): number => Math.floor(at / HOUR);
