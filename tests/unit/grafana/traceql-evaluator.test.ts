import { describe, expect, it } from "vitest";
import {
  evaluate,
  findsTrace,
  type Span,
  type TempoVersion,
  type Trace,
} from "../../support/traceql/evaluator";
import { parseQuery, TraceQlError } from "../../support/traceql/syntax";

/* The facts below are answers of real Tempo 2.10.8, 3.0.3 and 3.1.0-dev, asked over HTTP. */

const aSpan = (changes: Partial<Span> = {}): Span => ({
  parent: null,
  kind: "server",
  name: "GET",
  status: "unset",
  ms: 800,
  attributes: {},
  ...changes,
});

const traceOf = (...spans: Span[]): Trace => ({ resource: { "service.name": "shop-web" }, spans });
const routed = (route: string | null): Trace =>
  traceOf(aSpan({ attributes: route === null ? {} : { "http.route": route } }));
const versioned = (version: string | number | boolean): Trace => ({
  ...routed("/v"),
  resource: { "service.version": version },
});

const ROUTES = [
  "/workspace",
  "/workspace/",
  "/workspace/[id]",
  "/workspace/new",
  "/api/workspace/x",
  "/WORKSPACE/x",
  "/workspace/a\nb",
  "",
  null,
];
const found = (condition: string, version?: TempoVersion) =>
  ROUTES.filter((route) => findsTrace(`{ ${condition} }`, routed(route), version));

const VERSIONS: TempoVersion[] = ["2.10.8", "3.0.3", "3.1.0"];

describe("evaluate", () => {
  it.each<[string, Array<string | null>]>([
    [`span.http.route =~ "/workspace/.+"`, ["/workspace/[id]", "/workspace/new", "/workspace/a\nb"]],
    [`span.http.route =~ "workspace"`, []],
    [`span.http.route =~ ".*workspace.*"`, ROUTES.filter((route) => route?.includes("workspace"))],
    [`span.http.route =~ "/workspace"`, ["/workspace"]],
    [`span.http.route =~ "/workspace/\\\\[id\\\\]"`, ["/workspace/[id]"]],
    ["span.http.route =~ `\\/workspace\\/\\[id\\]`", ["/workspace/[id]"]],
    [
      `span.http.route =~ "/workspace/.*"`,
      ["/workspace/", "/workspace/[id]", "/workspace/new", "/workspace/a\nb"],
    ],
    [`span.http.route =~ "(?i)/workspace/x"`, ["/WORKSPACE/x"]],
    [`span.http.route =~ ".*"`, ROUTES.filter((route) => route !== null)],
    [`span.http.route =~ "|/workspace"`, ["/workspace", ""]],
    [`span.http.route !~ ".*"`, []],
    [`span.http.route !~ "/.*"`, [""]],
    ["span.http.route = nil", [null]],
    ["span.http.route != nil", ROUTES.filter((route) => route !== null)],
  ])("matches regular expressions as a whole, and absent attributes by nil alone: %s", (condition, routes) => {
    for (const version of VERSIONS) expect(found(condition, version)).toEqual(routes);
  });

  it("counts absent attributes as unequal in Tempo 2 alone", () => {
    const others = ROUTES.filter((route) => route !== "/workspace");
    expect(found(`span.http.route != "/workspace"`, "2.10.8")).toEqual(others);
    expect(found(`span.http.route != "/workspace"`, "3.0.3")).toEqual(
      others.filter((route) => route !== null),
    );
  });

  it("finds a resource by an absent attribute in the newest Tempo alone", () => {
    const query = "{ resource.service.version = nil }";
    expect(VERSIONS.map((version) => findsTrace(query, routed("/v"), version))).toEqual([false, false, true]);
  });

  it("refuses nil before 2.10", () => {
    expect(() => findsTrace("{ span.http.route = nil }", routed("/v"), "2.9")).toThrow(TraceQlError);
  });

  it("binds && and || alike, from the left", () => {
    const [a, b, c] = [`span.a = "1"`, `span.b = "1"`, `span.c = "1"`];
    const trace = traceOf(aSpan({ attributes: { a: "1" } }));
    expect(findsTrace(`{ ${a} || ${b} && ${c} }`, trace)).toBe(false);
    expect(findsTrace(`{ ${a} || (${b} && ${c}) }`, trace)).toBe(true);
    expect(findsTrace(`{ ${b} && ${c} || ${a} }`, trace)).toBe(true);
  });

  it("compares values of one type only", () => {
    expect(findsTrace(`{ resource.service.version = 1.42 }`, versioned(1.42))).toBe(true);
    expect(findsTrace(`{ resource.service.version = 1.42 }`, versioned("1.42"))).toBe(false);
    expect(findsTrace(`{ resource.service.version = "7" }`, versioned(7))).toBe(false);
    expect(findsTrace(`{ resource.service.version = true }`, versioned("true"))).toBe(false);
    expect(findsTrace(`{ resource.service.version =~ ".*" }`, versioned(1.42))).toBe(false);
    const answered = traceOf(aSpan({ attributes: { "http.response.status_code": 500 } }));
    expect(findsTrace("{ span.http.response.status_code >= 500 }", answered)).toBe(true);
    expect(findsTrace(`{ span.http.response.status_code = "500" }`, answered)).toBe(false);
  });

  it("reads an attribute in quotes, with any scope or none", () => {
    for (const name of [`resource."service.version"`, `."service.version"`, ".service.version"]) {
      expect(findsTrace(`{ ${name} = "1.42" }`, versioned("1.42"))).toBe(true);
      expect(findsTrace(`{ ${name} = "1.43" }`, versioned("1.42"))).toBe(false);
    }
    expect(findsTrace(`{ span.service.version = "1.42" }`, versioned("1.42"))).toBe(false);
  });

  it("distinguishes roots, children, and spans whose parent never arrived", () => {
    const trace = traceOf(
      aSpan({ name: "remote", parent: "remote" }),
      aSpan({ name: "child", parent: 0 }),
      aSpan({ name: "root" }),
    );
    const names = (condition: string) => evaluate(`{ ${condition} }`, trace).map(({ name }) => name);
    expect(names("nestedSetParent < 0")).toEqual(["root"]);
    expect(names("nestedSetParent = 0")).toEqual(["remote"]);
    expect(names("nestedSetParent > 0")).toEqual(["child"]);
    expect(names("kind = server")).toEqual(["remote", "child", "root"]);
  });

  it("excludes the bound from >, and includes it in >=", () => {
    const trace = traceOf(aSpan({ ms: 800 }));
    expect(findsTrace("{ duration > 800ms }", trace)).toBe(false);
    expect(findsTrace("{ duration >= 800ms }", trace)).toBe(true);
    for (const bound of ["0.7s", ".7s", "799.5ms", "0s799ms"]) {
      expect(findsTrace(`{ duration > ${bound} }`, trace)).toBe(true);
    }
  });

  it("reads a duration without unit as nanoseconds", () => {
    expect(findsTrace("{ duration > 1000 }", traceOf(aSpan({ ms: 1 })))).toBe(true);
  });

  it("counts error and unset as not ok", () => {
    const statuses = ["unset", "ok", "error"].filter((status) =>
      findsTrace("{ status != ok }", traceOf(aSpan({ status }))),
    );
    expect(statuses).toEqual(["unset", "error"]);
  });

  it("cuts values after 2,048 bytes", () => {
    const long = `/${"é".repeat(1_200)}`;
    const cut = Buffer.from(long).subarray(0, 2_048).toString();
    expect(findsTrace(`{ span.http.route = ${JSON.stringify(long)} }`, routed(long))).toBe(false);
    expect(findsTrace(`{ span.http.route = ${JSON.stringify(cut)} }`, routed(long))).toBe(true);
    const fitting = `/${"a".repeat(2_046)}`;
    expect(findsTrace(`{ span.http.route = "${fitting}" }`, routed(fitting))).toBe(true);
  });

  it("refuses what RE2 refuses", () => {
    for (const pattern of ["(?=a)", "(a)\\\\1", "[[:x:]", "a{2,1}", "*"]) {
      expect(() => findsTrace(`{ span.http.route =~ "${pattern}" }`, routed("/v"))).toThrow(TraceQlError);
    }
  });
});

describe("parseQuery", () => {
  it.each([
    "{ duration > 1e3ms }",
    "{ duration > 800 ms }",
    "{ duration > 9223372036855ms }",
    String.raw`{ span.http.route = "\/v" }`,
    "{ span.http.route = '/v' }",
    '{ span.http.route = "a\nb" }',
    String.raw`{ span.http.route = "\ud83d\ude00" }`,
    '{ kind = "server" }',
    '{ status = "error" }',
    "{ kind = SERVER }",
    "{ kind = nil }",
    "{ span.a =~ 1 }",
    "{ span.a < nil }",
    '{ span.a = "1" && }',
    '{ (span.a = "1" }',
    '{ span.a = "1" ',
    '{ span.a = "1" } with (most_recent=true) | select(span.b)',
    `{ span.a = "${"x".repeat(140_000)}" }`,
    "",
  ])("refuses %.60s", (query) => {
    expect(() => parseQuery(query)).toThrow(TraceQlError);
  });

  it.each([
    "{ duration > 86400000ms }",
    "{}",
    "{kind=server&&nestedSetParent<0}",
    "{ span:kind = server && span:status = error && span:duration > 1s }",
    String.raw`{ span.http.route = "\u002fv" && span.http.route = "\x2fv" }`,
    "{ span.http.route = `a\nb` }",
    `{ span.a = "${"x".repeat(131_000)}" }`,
  ])("accepts %.60s", (query) => {
    expect(parseQuery(query)).toBeDefined();
  });

  it("reads hints at the end alone, and ignores unknown ones", () => {
    const read = (hints: string) =>
      parseQuery(`{ span.a = "1" } | select(span.b) with (${hints})`).mostRecent;
    expect(read("most_recent=true")).toBe(true);
    expect(read("nonsense=true")).toBe(false);
    expect(read('most_recent="true"')).toBe(false);
    expect(parseQuery('{ span.a = "1" } | select(span.b)').pipeline).toBe("| select(span.b)");
  });

  it("returns strings as JSON.stringify wrote them", () => {
    for (const text of ['/a"b\\c$id[x]{y}', "\u0001\b\f", "é\u2028🛒", "} | count() > 0", "&& || $__all"]) {
      expect(findsTrace(`{ span.http.route = ${JSON.stringify(text)} }`, routed(text))).toBe(true);
    }
  });
});
