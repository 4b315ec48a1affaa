import type { Amount, CallTree } from "../../profiling/call-tree";
import type { Frame } from "../../profiling/frame";
import { shareOf } from "../../profiling/function-figures";
import { formatCount, NARROW_SPACE } from "../format/format";

/** Fewer samples are chance rather than a share. */
export const FEW_SAMPLES = 30;

/** A share (0 to 1) with one decimal; what is there is never 0. */
export function shareText(share: number): string {
  const text = (share * 100).toFixed(1);
  return `${share > 0 && text === "0.0" ? "<0.1" : text}${NARROW_SPACE}%`;
}

/** A change of a share in percentage points, with its sign. */
export function pointsText(change: number): string {
  const text = Math.abs(change * 100).toFixed(1);
  const sign = text === "0.0" ? "" : change < 0 ? "−" : "+";
  return `${sign}${text}${NARROW_SPACE}pp`;
}

/** µs as ms or s. */
export function timeText(microseconds: number): string {
  if (microseconds >= 9_999_500) return `${(microseconds / 1e6).toFixed(1)}${NARROW_SPACE}s`;
  if (microseconds >= 999_500) return `${(microseconds / 1e6).toFixed(2)}${NARROW_SPACE}s`;
  return `${(microseconds / 1e3).toFixed(microseconds < 9_950 ? 1 : 0)}${NARROW_SPACE}ms`;
}

const BYTES = ["B", "kB", "MB", "GB"] as const;

export function bytesText(bytes: number): string {
  const power = Math.min(BYTES.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1_000 ** power;
  return `${value.toFixed(power === 0 || value >= 99.95 ? 0 : 1)}${NARROW_SPACE}${BYTES[power]}`;
}

/** An amount in the unit of its profile. */
export const amountText = ({ value }: Amount, { kind }: Pick<CallTree, "kind">): string =>
  kind === "cpu" ? timeText(value) : bytesText(value);

export const samplesText = ({ samples }: Amount): string => formatCount(samples);

/** `34.0 %, 1.20 s, n 1,204`. */
export const amountWithShare = (amount: Amount, tree: CallTree): string =>
  `${shareText(shareOf(amount, tree))}, ${amountText(amount, tree)}, n ${samplesText(amount)}`;

const OWNERS: Readonly<Record<Frame["owner"], string>> = {
  app: "",
  package: "package",
  node: "Node",
  engine: "native",
};

/** Where a function is: `app/query/window.ts:12`, or whose it is. */
export function locationText({ file, line, owner }: Frame): string {
  if (file === "") return OWNERS[owner];
  return line === null ? file : `${file}:${line}`;
}

/** Whether a function's name or file contains the text, in any case. */
export function matches({ name, file }: Frame, q: string): boolean {
  const text = q.toLowerCase();
  return text !== "" && (name.toLowerCase().includes(text) || file.toLowerCase().includes(text));
}
