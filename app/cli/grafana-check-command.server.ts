import { checkText } from "../grafana/check/check-text";
import { observabilityConfig } from "../observability/observability-config";
import { env } from "../platform/env.server";
import { openProcessDatabase } from "../runtime/database.server";
import { checkTraceLinks } from "../runtime/trace-link-check.server";
import { SECOND } from "../vitals/time";
import { type Command, UsageError } from "./command";

const MARKS = { ok: "ok  ", failed: "FAIL", note: "note" } as const;

/** An answer within a minute, whatever Tempo does. */
const REQUEST_TIMEOUT = 10 * SECOND;
const TIMEOUT = 50 * SECOND;

export const grafanaCheckCommand: Command = {
  usage: "",
  description:
    "Asks the Tempo at GRAFANA_TEMPO_URL what the links of the ten busiest routes ask, for the current release and the\n" +
    "last 24 hours, and prints for each how many traces it finds, or why it finds none. Exits with 0 when every link\n" +
    "works, 1 when one does not or Tempo can't be asked, 2 when a setting is missing.",
  options: {},
  maxPositionals: 0,

  async run(_, { stdout }) {
    const { grafana, checkedTempo: tempo } = observabilityConfig(env());
    if (grafana === null) throw new UsageError("GRAFANA_BASE_URL is not set: pages have no links to check.");
    if (tempo === null) throw new UsageError("GRAFANA_TEMPO_URL is not set: there is no Tempo to ask.");
    const database = await openProcessDatabase();
    try {
      const result = await checkTraceLinks(grafana, tempo, {
        request: REQUEST_TIMEOUT,
        stopped: AbortSignal.timeout(TIMEOUT),
      });
      if (result === null) throw new Error("no route was measured in the last 24 hours.");
      const { heading, lines, summary, isOk } = checkText(result);
      if (lines.length > 0) {
        await stdout.write(`${heading}\n`);
        for (const { status, subject, text } of lines) {
          await stdout.write(`${MARKS[status]}  ${subject}: ${text}\n`);
        }
      }
      await stdout.flush();
      if (!isOk) throw new Error(summary);
      await stdout.write(`${summary}\n`);
    } finally {
      await database.close();
    }
  },
};
