import { z } from "zod";
import { monotonic } from "../platform/clock.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { singleton } from "../platform/singleton.server";

/** Directives of the cockpit's policy, as labels of the counter; other texts count as `other`. */
const DIRECTIVES = [
  "default-src",
  "script-src",
  "script-src-elem",
  "script-src-attr",
  "style-src",
  "style-src-elem",
  "style-src-attr",
  "img-src",
  "connect-src",
  "font-src",
  "form-action",
  "base-uri",
  "frame-ancestors",
  "require-trusted-types-for",
  "trusted-types",
];

const OTHER = "other";

/** What `report-uri` sends (https://www.w3.org/TR/CSP3/#deprecated-serialize-violation). */
const REPORT = z.object({
  "csp-report": z.object({
    "document-uri": z.string().optional(),
    "effective-directive": z.string().optional(),
    "violated-directive": z.string().optional(),
    "blocked-uri": z.string().optional(),
  }),
});

export type CspReport = { directive: string; page: string; blocked: string };

/** A report without queries and fragments, which may be private; `null` for a text that is none. */
export function parseCspReport(text: string): CspReport | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = REPORT.safeParse(json);
  if (!parsed.success) return null;
  const report = parsed.data["csp-report"];
  const [named = ""] = (report["effective-directive"] ?? report["violated-directive"] ?? "").split(" ");
  const page = report["document-uri"] ?? "";
  return {
    directive: DIRECTIVES.includes(named) ? named : OTHER,
    page: URL.canParse(page) ? new URL(page).pathname.slice(0, 200) : "",
    blocked: blockedOf(report["blocked-uri"] ?? ""),
  };
}

/** The origin of what was blocked, or its keyword, such as `inline`. */
function blockedOf(uri: string): string {
  if (!URL.canParse(uri)) return /^[\w-]{1,40}$/.test(uri) ? uri : "";
  const { origin, protocol } = new URL(uri);
  return (origin === "null" ? protocol : origin).slice(0, 200);
}

/** Gives each directive a first sample of 0: a counter that appears with its first report has no rate. */
export function prepareCspReports(): void {
  for (const directive of [...DIRECTIVES, OTHER]) metrics().cspReports.inc({ directive }, 0);
}

const warn = () =>
  singleton("csp-reports", () =>
    createRateLimitedLog<CspReport>(monotonic, (report, reports) =>
      log().warn(
        { ...report, reports },
        "a browser blocked something on a page, by the content security policy",
      ),
    ),
  );

/** Counts a report, and logs one a minute. */
export function recordCspReport(report: CspReport): void {
  metrics().cspReports.inc({ directive: report.directive });
  warn()(report);
}
