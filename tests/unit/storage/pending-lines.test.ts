import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PendingKinds } from "../../../app/storage/pending-kinds";
import { parseReports } from "../../../app/storage/pending-lines";
import { postgresqlMeasurements } from "../../../app/storage/postgresql/measurements";
import { sqliteMeasurements } from "../../../app/storage/sqlite/measurements";
import { examples } from "../../support/measurements";

const LINES = { sqlite: sqliteMeasurements, postgresql: postgresqlMeasurements };

/** A value, and its text in a line. */
type Written = { value: number | null; text: string };

const tenths = fc
  .oneof(fc.nat(600_000), fc.maxSafeNat())
  .map((n): Written => ({ value: n / 10, text: String(n) }));
const exact = fc
  .double({ min: 0, max: 1e9, noNaN: true })
  .filter((value) => !Object.is(value, -0))
  .map((value): Written => {
    const text = value.toPrecision(17);
    return { value, text: text.includes(".") ? text : text.replace(/(e|$)/, ".0$1") };
  });
const shortest = fc
  .double({ min: 0, max: 1e9, noNaN: true })
  .map((value): Written => ({ value, text: String(value) }));
const none = fc.constant<Written>({ value: null, text: "" });

const VALUES = { sqlite: fc.oneof(tenths, exact), postgresql: shortest };

const kindText = fc
  .tuple(fc.constantFrom("0", "LCP"), fc.string({ unit: "binary" }), fc.constantFrom("", "=web-vitals/5"))
  .map((parts) => parts.map((part) => part.replace(/\p{Cc}/gu, "")).join("\t"));

const KIND = {
  metric: "LCP",
  route: "/",
  device: "mobile",
  navigationType: null,
  deliveryType: null,
  buildVersion: "1",
  library: null,
} as const;

describe("parseReports", () => {
  it.each(["sqlite", "postgresql"] as const)("reads each field of the lines of %s", (engine) => {
    const line = fc.record({
      receivedAt: fc.integer({ min: 0, max: 4e12 }),
      value: VALUES[engine],
      folded: fc.oneof(none, VALUES[engine]),
      unchanged: fc.nat(1),
      key: fc.stringMatching(/^b[0-9A-F]{2,26}$/),
      kind: kindText,
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.array(kindText, { maxLength: 3 }), (rows, known) => {
        const kinds = new PendingKinds();
        for (const text of [...known, ...rows.slice(0, 2).map(({ kind }) => kind)]) kinds.add(text, KIND);
        const texts = rows.map(({ receivedAt, value, folded, unchanged, key, kind }) =>
          [receivedAt, value.text, folded.text, unchanged, key, kind].join("\t"),
        );
        const { reports, unknown } = parseReports(LINES[engine], texts.join("\n"), kinds, true);
        const parsed = rows.map((_, i) => ({
          receivedAt: reports.receivedAt[i],
          value: reports.values[i],
          folded: Number.isNaN(reports.folded[i]) ? null : reports.folded[i],
          unchanged: reports.unchanged[i],
          line: reports.lines.slice(i === 0 ? 0 : (reports.ends[i - 1] ?? 0) + 1, reports.ends[i]),
          kind: reports.kinds[i] ?? [...unknown].find(([, numbers]) => numbers.includes(i))?.[0],
        }));
        expect(reports.length).toBe(rows.length);
        expect(parsed).toEqual(
          rows.map(({ receivedAt, value, folded, unchanged, kind }, i) => ({
            receivedAt,
            value: value.value,
            folded: folded.value,
            unchanged,
            line: texts[i],
            kind: kinds.get(kind) ?? kind,
          })),
        );
      }),
      examples(300),
    );
  });
});
