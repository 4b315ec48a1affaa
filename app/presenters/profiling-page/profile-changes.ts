import type { CallTree } from "../../profiling/call-tree";
import { type FunctionChange, functionChanges } from "../../profiling/function-figures";
import type { ProfileRecord } from "../../profiling/profile-record";
import type { ProfilingQuery } from "../../query/profiling-query";
import { formatCount } from "../format/format";
import { FEW_SAMPLES, locationText, matches, pointsText, samplesText, shareText } from "./amounts";
import { profilingHref } from "./links";

/** Rows of the table at most. */
export const MAX_CHANGES = 12;

export type ChangeRowModel = {
  key: string;
  name: string;
  location: string;
  change: string;
  totalChange: string;
  before: { share: string; n: string };
  after: { share: string; n: string };
  /** Whether both sides have too few samples to rely on the change. */
  few: boolean;
};

export type ProfileChangesModel = {
  title: string;
  summary: string;
  rows: ChangeRowModel[];
  clearHref: string;
  notes: string[];
};

const change = ({ before, after }: FunctionChange): number => after.selfShare - before.selfShare;
const totalChange = ({ before, after }: FunctionChange): number => after.totalShare - before.totalShare;

/** Samples of a row count where there are more of them: a function may be new or gone. */
const hasFew = ({ before, after }: FunctionChange): boolean =>
  Math.max(before.total.samples, after.total.samples) < FEW_SAMPLES;

const nameOf = ({ release, id }: ProfileRecord): string => (release === null ? id : `${release} (${id})`);

/** The functions of two profiles; those whose own share grew most stand first, those with few samples last. */
export function profileChanges(
  before: { record: ProfileRecord; tree: CallTree },
  after: { record: ProfileRecord; tree: CallTree },
  query: ProfilingQuery,
): ProfileChangesModel {
  const all = functionChanges(before.tree, after.tree).filter(
    ({ frame }) => query.q === "" || matches(frame, query.q),
  );
  const order = (a: FunctionChange, b: FunctionChange): number =>
    Number(hasFew(a)) - Number(hasFew(b)) ||
    change(b) - change(a) ||
    totalChange(b) - totalChange(a) ||
    (a.key < b.key ? -1 : 1);
  const rows = all.sort(order).slice(0, MAX_CHANGES);
  const side = ({ selfShare, self }: FunctionChange["before"]) => ({
    share: shareText(selfShare),
    n: samplesText(self),
  });
  return {
    title: "Functions whose share grew",
    summary: `From ${nameOf(before.record)}, n ${samplesText(before.tree.busy)}, to ${nameOf(after.record)}, n ${samplesText(after.tree.busy)}. ${formatCount(rows.length)} of ${formatCount(all.length)} functions.`,
    rows: rows.map((row) => ({
      key: row.key,
      name: row.frame.name,
      location: locationText({ ...row.frame, line: null }),
      change: pointsText(change(row)),
      totalChange: pointsText(totalChange(row)),
      before: side(row.before),
      after: side(row.after),
      few: hasFew(row),
    })),
    clearHref: profilingHref(query, { compare: null }),
    notes: [
      "Changes are of shares, in percentage points: a longer profile or a busier process makes none. A function is the same in both by its name and file.",
      `Samples of one burst depend on each other: small changes are chance. Rows with fewer than ${FEW_SAMPLES} samples on both sides are grey.`,
    ],
  };
}
