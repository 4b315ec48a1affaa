import { subpartsOf } from "../vitals/attribution";
import type { TimeWindow } from "../vitals/time";
import { integer, rowOf, text } from "./row-schema";
import { sql } from "./sql";
import type { Statements } from "./statements.server";
import type { RouteMetric, SummaryFilter } from "./summary-filter";

/** The attribution of one stored measurement; `value` and `parts` in ms (CLS: score). */
export type AttributedSample = {
  value: number;
  receivedAt: number;
  /** CSS selector of the element; `null` when the beacon named none. */
  element: string | null;
  /** In the order of `SUBPARTS`; `null` when one of them is missing, and for a metric without subparts. */
  parts: number[] | null;
  /**
   * When the answer's own headers came, in ms, where a `103 Early Hints` came before them; `null` also for prefetched and
   * prerendered loads, whose visitor did not wait for the server.
   */
  finalHeaders: number | null;
};

/**
 * When the measurement at `position` (0 is the newest of the window) was received, in ms; `null` when there are
 * fewer. It reads the index only.
 */
export async function selectReceivedAtPosition(
  on: Statements,
  of: RouteMetric,
  window: TimeWindow,
  position: number,
): Promise<number | null> {
  const [row] = await on.query(
    "selectReceivedAtPosition",
    rowOf({ received_at: integer }),
    on.engine.attribution.selectReceivedAtPosition(of, window, position),
  );
  return row === undefined ? null : Number(row.received_at);
}

/** A text that the engine reads; `null` when there is no sample. */
const samplesRow = rowOf({ samples: text.nullable() });

/**
 * The attribution of up to `limit` of the newest measurements in the window, unordered. SQL returns
 * one text, because passing a row per measurement to JavaScript costs more than reading it.
 */
export async function selectAttributedSamples(
  on: Statements,
  of: RouteMetric,
  window: TimeWindow,
  filter: Omit<SummaryFilter, "route">,
  limit: number,
): Promise<AttributedSample[]> {
  const [row] = await on.query(
    "selectAttributedSamples",
    samplesRow,
    on.engine.attribution.selectSamples(of, window, filter, limit),
  );
  if (row?.samples == null) return [];
  return on.engine.attribution.samplesOf(of.metric, row.samples).map((sample) => {
    const { value, receivedAt, element, fields, waited } = sample;
    const finalHeaders = (of.metric === "LCP" && waited && fields.at(-1)) || null;
    return { value, receivedAt, element, parts: subpartsOf(of.metric, fields), finalHeaders };
  });
}

/** When a build version was first and last seen (ms); `null` when none of its measurements is folded. */
export async function selectReleaseSpan(
  on: Statements,
  buildVersion: string,
): Promise<{ first: number; last: number } | null> {
  const [row] = await on.query(
    "selectReleaseSpan",
    rowOf({ first: integer.nullable(), last: integer.nullable() }),
    sql`SELECT first_seen_at AS first, last_seen_at AS last FROM releases
      WHERE build_version = ${buildVersion}`,
  );
  if (row === undefined || row.first === null || row.last === null) return null;
  return { first: Number(row.first), last: Number(row.last) };
}
