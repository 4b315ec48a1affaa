import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkText } from "../../../../app/grafana/check/check-text";
import { metricsQuestion, routeQuestions, viewQuestions } from "../../../../app/grafana/check/link-questions";
import { grafanaView } from "../../../../app/grafana/grafana-view";
import {
  type CheckLimits,
  checkLinks,
  type LinkQuestions,
} from "../../../../app/observability/tempo/check-links.server";
import type { TempoConfig } from "../../../../app/observability/tempo/tempo-client.server";
import { routeTraces } from "../../../../app/presenters/cockpit-page/route-traces";
import { DEFAULT_QUERY } from "../../../../app/query/cockpit-query";
import { SECOND } from "../../../../app/vitals/time";
import {
  emptyTempo,
  FakeTempo,
  TEMPO_ERRORS,
  type TempoAnswer,
  type TempoRequest,
  tagValues,
  traces,
} from "../../../support/fake-tempo";
import { parseExplore } from "../../../support/grafana";
import { NOW } from "../../../support/measurements";
import { grafanaConfig } from "../../grafana/arbitraries";

let tempo: FakeTempo;
beforeEach(async () => {
  tempo = await FakeTempo.start();
});
afterEach(() => tempo.close());

const CONFIG = grafanaConfig({ serviceName: "shop-web" });
const VIEW = grafanaView({ ...DEFAULT_QUERY, release: "2.4.1" }, NOW);
const PATIENT: CheckLimits = { request: 60 * SECOND, stopped: new AbortController().signal };

function questions(...routes: string[]): LinkQuestions {
  const all = routes.map((route) => routeQuestions(CONFIG, VIEW, route, 800));
  const window = all[0]?.slow.window ?? { start: 0, end: 0 };
  return {
    routes: all,
    view: viewQuestions(CONFIG, VIEW, window),
    metrics: metricsQuestion(CONFIG, VIEW),
    service: CONFIG.serviceName,
    release: VIEW.release,
    assumedVersion: "3.0",
  };
}

const check = (
  { limits = PATIENT, ...changes }: Partial<TempoConfig> & { limits?: CheckLimits } = {},
  asked = questions("/cart"),
) => checkLinks({ url: tempo.url, tenant: null, user: null, token: null, ...changes }, asked, limits);

/** What is printed for one route and for the whole, once Tempo answers so. */
async function printed(answer: (request: TempoRequest) => TempoAnswer | undefined) {
  tempo.answer = (request) => answer(request) ?? emptyTempo(request);
  const { lines, summary, isOk } = checkText(await check());
  return { line: lines[0]?.text, status: lines[0]?.status, summary, isOk };
}

const isSearch = ({ path }: TempoRequest): boolean => path === "/api/search";
const isOfDuration = ({ q }: TempoRequest, least: number): boolean => q.includes(`duration > ${least}ms`);

describe("checkLinks", () => {
  it("asks exactly what the link in the table of routes asks", async () => {
    const query = { ...DEFAULT_QUERY, release: "2.4.1" };
    const href = routeTraces(CONFIG, query, [], NOW)?.hrefOf("/cart", 812) ?? "";
    const { query: link } = parseExplore(href);
    const asked = { ...questions(), routes: [routeQuestions(CONFIG, VIEW, "/cart", 810)] };
    await check({}, asked);
    const [, search] = tempo.requests;
    expect(search?.path).toBe("/api/search");
    expect(search?.q).toBe(link.query);
    expect(search?.parameters.get("limit")).toBe(String(link.limit));
    const [start, end] = ["start", "end"].map((name) => Number(search?.parameters.get(name)) * SECOND);
    expect(end).toBe(Math.ceil(NOW / SECOND - 30) * SECOND);
    expect(start).toBe(Math.floor(NOW / SECOND - 24 * 3_600) * SECOND);
  });

  it("counts the traces of a link", async () => {
    const one = (count: number) => printed((request) => (isSearch(request) ? traces(count) : undefined));
    expect(await one(12)).toEqual({
      line: "12 traces slower than 800 ms.",
      status: "ok",
      summary: "1 of 1 links work.",
      isOk: true,
    });
    expect((await one(1)).line).toBe("1 trace slower than 800 ms.");
    expect((await one(50)).line).toBe("50 or more traces slower than 800 ms.");
  });

  it("accepts a link whose spans are all faster", async () => {
    const result = await printed((request) =>
      isSearch(request) && isOfDuration(request, 0) ? traces(3) : undefined,
    );
    expect(result).toMatchObject({
      line: "no trace slower than 800 ms, 3 traces of any duration.",
      isOk: true,
    });
  });

  it("finds that no service has the name", async () => {
    const result = await printed(({ path }) =>
      path === "/api/v2/search/tag/resource.service.name/values" ? tagValues("shop", "cart") : undefined,
    );
    expect(result).toEqual({
      line: 'no span of service "shop-web" (GRAFANA_SERVICE_NAME); there are "shop", "cart".',
      status: "failed",
      summary: "0 of 1 links work.",
      isOk: false,
    });
  });

  it("finds that there is no span at all", async () => {
    expect((await printed(() => undefined)).line).toBe(
      "Tempo has no span of these times. With tenants, set GRAFANA_TEMPO_TENANT.",
    );
  });

  it("finds that the service has no server spans", async () => {
    const { line } = await printed(({ q }) =>
      q === '{ resource.service.name = "shop-web" }' ? traces(1) : undefined,
    );
    expect(line).toMatch(/^no span of kind server\./);
  });

  it("finds that no span has the version", async () => {
    const { line } = await printed(({ path, q }) => {
      if (path.includes("/tag/resource.service.version/")) return tagValues("2.4.0", "2.3.9");
      return q.includes("shop-web") && !/version|duration/.test(q) ? traces(1) : undefined;
    });
    expect(line).toBe(
      'no span of version "2.4.1"; the service has "2.4.0", "2.3.9". Pages and server must report the same build version.',
    );
  });

  it.each([
    [["*"], `the server's spans name no page: their routes are "*".`],
    [["/", "unknown"], `the server's spans name no page: their routes are "/", "unknown".`],
    [["*", "/basket", "/team/:id"], `no span of this route; the spans have "/basket", "/team/:id".`],
    [[], "no server span has a route, and no path matches."],
  ])("finds what the routes of the spans are: %j", async (values, line) => {
    const result = await printed(({ path, q }) => {
      if (path.includes("/tag/span.http.route/")) return tagValues(...values);
      return isSearch({ path } as TempoRequest) && !q.includes("duration") ? traces(1) : undefined;
    });
    expect(result.line).toBe(line);
  });

  it("names the reason of a refusal, and goes on", async () => {
    tempo.answer = (request) => {
      if (!isSearch(request)) return emptyTempo(request);
      return request.q.includes('"/cart"') ? TEMPO_ERRORS.searchRange : traces(1);
    };
    const result = checkText(await check({}, questions("/cart", "/team")));
    expect(result.lines.map(({ text }) => text)).toEqual([
      `Tempo refused the range: ${TEMPO_ERRORS.searchRange.body}`,
      "1 trace slower than 800 ms.",
      "0 versions.",
    ]);
    expect(result.summary).toBe("1 of 2 links work.");
    expect((await printed((one) => (isSearch(one) ? TEMPO_ERRORS.syntax : undefined))).line).toBe(
      `Tempo refused the query: ${TEMPO_ERRORS.syntax.body}`,
    );
  });

  it.each([
    ["noGenerators", "metrics are not enabled in Tempo (local-blocks): "],
    ["noLocalBlocks", "metrics are not enabled in Tempo (local-blocks): "],
    ["metricsRange", "Tempo refused the range: "],
    ["cutoff", "Tempo refused the range: "],
  ] as const)("notes why metrics are not drawn: %s", async (name, words) => {
    tempo.answer = (request) => {
      if (request.path === "/api/metrics/query_range") return TEMPO_ERRORS[name];
      return isSearch(request) ? traces(1) : emptyTempo(request);
    };
    const { lines, isOk } = checkText(await check());
    expect(lines[1]).toEqual({
      status: "note",
      subject: "Latency by Version",
      text: words + TEMPO_ERRORS[name].body,
    });
    expect(isOk).toBe(true);
  });

  it("asks for the reason once, however many links find nothing", async () => {
    await check({}, questions(...Array.from({ length: 10 }, (_, i) => `/page-${i}`)));
    // The version, two searches a link, four for the reason, the metrics.
    expect(tempo.requests.length).toBeLessThanOrEqual(1 + 2 * 10 + 4 + 1);
  });

  it("notes that Tempo has another version than the links are written for", async () => {
    const noteOf = async (version: string) => {
      tempo.answer = (request) =>
        request.path === "/api/status/buildinfo" ? { body: { version } } : emptyTempo(request);
      return checkText(await check()).lines.find(({ subject }) => subject === "GRAFANA_TEMPO_VERSION")?.text;
    };
    expect(await noteOf("2.10.8")).toBe("Tempo is 2.10.8, and the links are written for 3.0.");
    expect(await noteOf("v2.7.0-rc.1")).toBe("Tempo is v2.7.0-rc.1, and the links are written for 3.0.");
    expect([await noteOf("3.1.2"), await noteOf("main-1900ed7")]).toEqual([undefined, undefined]);
  });

  it("sends the tenant and the credentials", async () => {
    await check({ tenant: "shop", user: "12345", token: "glc_token" });
    expect(tempo.requests[0]?.headers).toMatchObject({
      "x-scope-orgid": "shop",
      authorization: `Basic ${Buffer.from("12345:glc_token").toString("base64")}`,
    });
    tempo.requests.length = 0;
    await check({ token: "glc_token" });
    expect(tempo.requests.map(({ headers }) => headers.authorization)).toEqual(
      tempo.requests.map(() => "Bearer glc_token"),
    );
  });
});

describe("a Tempo that cannot be asked", () => {
  const elsewhere = (): string => "http://127.0.0.1:9/elsewhere";
  it.each<[string, () => TempoAnswer, RegExp]>([
    ["hangs up", () => "hang up", /UND_ERR_SOCKET|ECONNRESET/],
    [
      "answers HTML",
      () => ({ type: "text/html", body: "<title>Sign in</title>" }),
      /200 with a web page: is it Tempo\?/,
    ],
    [
      "answers HTML with 502",
      () => ({ status: 502, type: "text/html", body: "<h1>Bad" }),
      /502 with a web page/,
    ],
    [
      "redirects",
      () => ({ status: 302, headers: { Location: elsewhere() }, body: "" }),
      /302, a redirect, which is not followed/,
    ],
    [
      "answers other JSON",
      () => ({ type: "application/json", body: "[" }),
      /application\/json instead of JSON/,
    ],
    ["wants a tenant", () => TEMPO_ERRORS.noTenant, /401 \(no org id\): see GRAFANA_TEMPO_TOKEN/],
    ["is too large", () => ({ body: "x".repeat(5 * 1024 * 1024) }), /more than 4 MB/],
    ["fails", () => ({ status: 500, body: "over\u001b[2J\nloaded" }), /can't be asked: over \[2J loaded\./],
  ])("costs one line: it %s", async (_, answer, reason) => {
    tempo.answer = answer;
    const { lines, summary, isOk } = checkText(await check());
    expect(lines).toEqual([]);
    expect(summary).toMatch(reason);
    expect(isOk).toBe(false);
    expect(tempo.requests.length).toBe(1);
  });

  it("costs one line: nothing listens", async () => {
    const { url } = tempo;
    await tempo.close();
    const { lines, summary } = checkText(await check());
    expect([lines, summary]).toEqual([[], `Tempo at ${url} can't be asked: ECONNREFUSED.`]);
    tempo = await FakeTempo.start();
  });

  it("ends after the time limit of a request", async () => {
    tempo.answer = () => null;
    const { lines, summary } = checkText(await check({ limits: { ...PATIENT, request: 1 } }));
    expect([lines, summary]).toEqual([
      [],
      `Tempo at ${tempo.url} can't be asked: it did not answer in time.`,
    ]);
  });

  it("ends after the time limit of all requests, with what is known until then", async () => {
    const stop = new AbortController();
    tempo.answer = (request) => {
      if (!isSearch(request)) return emptyTempo(request);
      if (request.q.includes('"/cart"')) return traces(2);
      stop.abort(new DOMException("", "TimeoutError"));
      return null;
    };
    const limits = { request: 60 * SECOND, stopped: stop.signal };
    const result = await check({ limits }, questions("/cart", "/team"));
    const { lines, summary, isOk } = checkText(result);
    expect(lines.map(({ text }) => text)).toEqual(["2 traces slower than 800 ms."]);
    expect(summary).toMatch(/can't be asked: it did not answer in time\. 1 of 2 links work\.$/);
    expect(isOk).toBe(false);
  });

  it("may publish no version", async () => {
    tempo.answer = (request) =>
      request.path === "/api/status/buildinfo" ? { status: 404, body: "404 page not found" } : traces(1);
    const result = await check();
    expect([result.tempoVersion, result.failure]).toEqual([null, null]);
    expect(checkText(result).heading).toBe(`Tempo at ${tempo.url}, service shop-web, version 2.4.1`);
  });
});
