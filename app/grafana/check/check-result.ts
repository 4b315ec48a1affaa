/** Why Tempo did not answer a query with a result. */
export type Refusal = {
  kind: "range" | "metrics-disabled" | "query" | "other";
  /** Tempo's own words, on one line. */
  text: string;
};

/** What the link of one route leads to. */
export type RouteOutcome =
  | { kind: "slower"; traces: number; isLimited: boolean }
  /** The link works, but no span is that slow. */
  | { kind: "none-slower"; traces: number; isLimited: boolean }
  /** Tempo has no span at all. */
  | { kind: "no-spans" }
  | { kind: "no-service"; services: string[] }
  /** The service has spans, but none of kind `server`. */
  | { kind: "no-server-spans" }
  | { kind: "no-version"; versions: string[] }
  /** No server span has the attribute of the route. */
  | { kind: "no-attribute" }
  /** The attribute names no page: `*`, `/`, `unknown`. */
  | { kind: "catch-all"; values: string[] }
  | { kind: "other-routes"; values: string[] }
  | { kind: "refused"; refusal: Refusal };

export type RouteCheck = {
  route: string;
  /** The least duration of a span that the link searches for, in ms. */
  threshold: number;
  outcome: RouteOutcome;
};

/** What “Latency by Version” leads to. */
export type MetricsOutcome = { kind: "drawn"; series: number } | { kind: "refused"; refusal: Refusal };

export type CheckResult = {
  /** Address of Tempo, without anything secret. */
  url: string;
  /** Tempo's own version; `null` where it does not publish one. */
  tempoVersion: string | null;
  /** The version that the links are written for. */
  assumedVersion: string;
  /** What the links search for; `null` stands for all. */
  service: string | null;
  release: string | null;
  routes: RouteCheck[];
  /** Routes that were to be checked. */
  asked: number;
  /** `null`: not asked. */
  metrics: MetricsOutcome | null;
  /** Why the check ended early; `null` where it did not. */
  failure: string | null;
};

export const isWorking = ({ outcome }: RouteCheck): boolean =>
  outcome.kind === "slower" || outcome.kind === "none-slower";
