import { DAY, HOUR } from "../../vitals/time";

/**
 * The declared looks at a release: after a day, after two, and when it is replaced. At each of them it is judged once, and
 * that verdict stays until the next, so that looking every hour finds no more than looking twice.
 */
export type LookKind = "first-day" | "second-day" | "replacement";

/** @property at when it was or will be (ms); `null` for a replacement to come */
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
  { appearedAt, replacedAt }: { appearedAt: number; replacedAt: number | null },
  time: number,
): Looks {
  if (replacedAt !== null && replacedAt <= time) {
    return { last: { kind: "replacement", at: replacedAt }, next: null };
  }
  const looks = DECLARED.map(({ kind, age }) => ({ kind, at: appearedAt + age }));
  return {
    last: looks.findLast(({ at }) => at <= time) ?? null,
    next: looks.find(({ at }) => at > time) ?? { kind: "replacement", at: null },
  };
}

/** The first hour (since the epoch) that a look no longer sees: only whole hours count. */
export const hourOfLook = ({ at }: PastLook): number => Math.floor(at / HOUR);
