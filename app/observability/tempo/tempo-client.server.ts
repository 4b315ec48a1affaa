import type { Refusal } from "../../grafana/check/check-result";
import type { Question } from "../../grafana/check/link-questions";
import { withDeadline } from "../../platform/deadline";
import { readBounded } from "../../platform/read-bounded";
import { cockpitVersion } from "../../platform/version.server";
import { unansweredFailure } from "../request-failure";

/** Address of Tempo's HTTP API without a trailing slash, and what it asks for; `null` where nothing. */
export type TempoConfig = {
  url: string;
  tenant: string | null;
  user: string | null;
  token: string | null;
};

/** Tempo refused one query; the next one may succeed. */
export class QueryRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.text);
  }
}

/** Nothing more can be asked: no Tempo answers at this address, or not in time. */
export class TempoFailure extends Error {}

/** Values of an attribute to list, at most. */
const MAX_VALUES = 50;

const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

/** Characters of an error's text to repeat. */
const LONGEST_TEXT = 200;

export type TempoClient = {
  /** Tempo's version; `null` where the address publishes none, as behind a gateway. */
  version(): Promise<string | null>;
  /** The number of traces that a search returns, at most its limit. */
  search(question: Question): Promise<number>;
  /** The number of series of a metrics query. */
  metrics(question: Question): Promise<number>;
  /** Text values of an attribute on the spans of a search. */
  values(attribute: string, question: Question): Promise<string[]>;
};

/**
 * A reader of Tempo's HTTP API (https://grafana.com/docs/tempo/latest/api_docs/). It follows no redirect, and its methods
 * throw nothing but `QueryRefused` and `TempoFailure`.
 * @param timeout of one request with its response, in ms
 * @param stopped aborts the running request, and ends the check in time
 */
export function createTempoClient(
  { url, tenant, user, token }: TempoConfig,
  timeout: number,
  stopped: AbortSignal,
): TempoClient {
  const headers: Record<string, string> = {
    Accept: "application/json",
    "User-Agent": `vitals-cockpit/${cockpitVersion()}`,
    ...(tenant === null ? {} : { "X-Scope-OrgID": tenant }),
    ...(token === null ? {} : { Authorization: authorization(user, token) }),
  };

  async function get(path: string, parameters: Record<string, string | number>): Promise<Answer> {
    const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    try {
      return await withDeadline(stopped, timeout, async (signal) => {
        const response = await fetch(`${url}${path}${query.length === 0 ? "" : `?${query.join("&")}`}`, {
          headers,
          redirect: "manual",
          signal,
        });
        const body = await readBounded(response, MAX_RESPONSE_BYTES, () => notTempo("more than 4 MB"));
        return {
          status: response.status,
          type: response.headers.get("content-type") ?? "no content type",
          body: body.toString("utf8"),
        };
      });
    } catch (error) {
      throw error instanceof TempoFailure ? error : new TempoFailure(unansweredFailure(error).message);
    }
  }

  async function ask(path: string, { query, window }: Question, more: Record<string, string | number> = {}) {
    const answer = await get(path, { q: query, ...window, ...more });
    return parseAnswer(answer);
  }

  return {
    async version() {
      const answer = await get("/api/status/buildinfo", {});
      if (answer.status === 404) return null;
      const { version, data } = parseAnswer(answer) as { version?: unknown; data?: { version?: unknown } };
      const text = version ?? data?.version;
      return typeof text === "string" && text !== "" ? oneLine(text) : null;
    },
    async search(question) {
      const { traces } = await ask("/api/search", question, { limit: question.limit, spss: 1 });
      // Without a match, Tempo may leave the list out.
      if (traces !== undefined && !Array.isArray(traces)) throw notTempo("JSON without a list of traces");
      return traces?.length ?? 0;
    },
    async metrics(question) {
      const { series } = await ask(
        "/api/metrics/query_range",
        question,
        question.step === null ? {} : { step: question.step },
      );
      if (series !== undefined && !Array.isArray(series)) throw notTempo("JSON without a list of series");
      return series?.length ?? 0;
    },
    async values(attribute, question) {
      const path = `/api/v2/search/tag/${encodeURIComponent(attribute)}/values`;
      const { tagValues } = await ask(path, question, { limit: MAX_VALUES });
      if (!Array.isArray(tagValues)) return [];
      return tagValues
        .flatMap((one: { value?: unknown } | null) => (typeof one?.value === "string" ? [one.value] : []))
        .slice(0, MAX_VALUES);
    },
  };
}

type Answer = { status: number; type: string; body: string };

const authorization = (user: string | null, token: string): string =>
  user === null ? `Bearer ${token}` : `Basic ${Buffer.from(`${user}:${token}`).toString("base64")}`;

const notTempo = (what: string): TempoFailure => new TempoFailure(`it answered ${what}: is it Tempo?`);

/** @throws QueryRefused for an error of Tempo, TempoFailure for an answer of anything else */
function parseAnswer({ status, type, body }: Answer): Record<string, unknown> {
  if (status >= 300 && status < 400) {
    throw new TempoFailure(`it answered ${status}, a redirect, which is not followed: is it Tempo?`);
  }
  if (status === 401 || status === 403) {
    throw new TempoFailure(
      `it answered ${status} (${oneLine(body)}): see GRAFANA_TEMPO_TOKEN, GRAFANA_TEMPO_USER and GRAFANA_TEMPO_TENANT`,
    );
  }
  if (/\bhtml\b/.test(type)) throw notTempo(`${status} with a web page`);
  if (status === 404) throw notTempo("404");
  if (status !== 200) throw new QueryRefused(refusalOf(status, oneLine(body)));
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw notTempo(`${oneLine(type)} instead of JSON`);
  }
  if (typeof value !== "object" || value === null) throw notTempo("JSON without an object");
  return value as Record<string, unknown>;
}

/** Texts of Tempo 2.10 and 3.0; they are plain text, not JSON. */
function refusalOf(status: number, text: string): Refusal {
  const all = { text: text === "" ? `status ${status}` : text };
  if (/range (?:specified by start and end )?exceeds|query_end_cutoff/.test(text))
    return { kind: "range", ...all };
  if (/empty ring|localblocks processor not found/.test(text)) return { kind: "metrics-disabled", ...all };
  return { kind: status === 400 ? "query" : "other", ...all };
}

/** The text without control characters, which could rewrite a terminal, and not too long. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ").trim();
  return plain.length <= LONGEST_TEXT ? plain : `${plain.slice(0, LONGEST_TEXT).toWellFormed()}…`;
}
