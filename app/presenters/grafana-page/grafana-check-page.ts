import type { CheckResult } from "../../grafana/check/check-result";
import { type CheckLine, checkText } from "../../grafana/check/check-text";
import { PATHS } from "../format/links";
import type { Panel } from "../panel";

export type GrafanaCheckModel = {
  documentTitle: string;
  /** What the page does, or which setting is missing. */
  introduction: string;
  /** The form that starts a check; `null` where nothing can be checked. */
  form: { action: string; name: string; value: string; text: string } | null;
  /** `null`: not asked. */
  check: Panel<{
    heading: string | null;
    lines: Array<CheckLine & { mark: string }>;
    summary: string;
  }> | null;
  back: { text: string; href: string };
};

/** The parameter of the URL that starts a check. */
const PARAMETER = { name: "ask", value: "tempo" } as const;

/** Whether a URL asks for a check. */
export const asksForCheck = (params: URLSearchParams): boolean =>
  params.get(PARAMETER.name) === PARAMETER.value;

const MARKS: Readonly<Record<CheckLine["status"], string>> = {
  ok: "Works",
  failed: "Does not work",
  note: "Note",
};

/**
 * The page that checks the links to traces.
 * @param missing name of the variable that is missing; `null` where a check is possible
 * @param check `null` where none was asked for; its value is `null` where no route was measured
 */
export function grafanaCheckPage(
  missing: string | null,
  check: Panel<CheckResult | null> | null,
): GrafanaCheckModel {
  return {
    documentTitle: "Links to Traces · Vitals Cockpit",
    introduction:
      missing === null
        ? "The cockpit asks Tempo what the links of the ten busiest routes ask, for the current release and the last 24 hours."
        : `To check the links to traces, set ${missing}.`,
    form: missing === null ? { action: PATHS.grafana, ...PARAMETER, text: "Ask Tempo" } : null,
    check: check === null || missing !== null ? null : checkPanel(check),
    back: { text: "Performance", href: PATHS.cockpit },
  };
}

function checkPanel(check: Panel<CheckResult | null>): GrafanaCheckModel["check"] {
  if (!check.ok) return check;
  if (check.value === null) {
    return {
      ok: true,
      value: { heading: null, lines: [], summary: "No route was measured in the last 24 hours." },
    };
  }
  const { heading, lines, summary } = checkText(check.value);
  return {
    ok: true,
    value: { heading, lines: lines.map((line) => ({ ...line, mark: MARKS[line.status] })), summary },
  };
}
