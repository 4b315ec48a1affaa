import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { searchedRoute } from "../../../app/grafana/grafana-view";
import { answersRequest, routeCondition } from "../../../app/grafana/route-condition";
import { knownRoutes } from "../../../app/grafana/siblings";
import { parseRoute } from "../../../app/vitals/route-text/parse-route";
import { parseTraceQl, unquote } from "../../support/grafana";
import { examples } from "../../support/measurements";
import { aName, grafanaConfig, TEMPO_2_9, TEMPO_3 } from "./arbitraries";

type Span = Record<string, string>;

/** One comparison, as Tempo makes it: `=~` and `!~` are anchored, and need the attribute. */
function compare(value: string | undefined, operator: string, literal: string): boolean {
  if (literal === "nil") return value === undefined;
  if (value === undefined) return false;
  const text = literal.startsWith('"') ? unquote(literal) : literal;
  if (operator === "=") return value === text;
  const isMatch = new RegExp(`^(?:${text})$`, "su").test(value);
  return operator === "=~" ? isMatch : !isMatch;
}

/** Evaluates a condition like Tempo: `&&` and `||` bind alike, from the left. */
function holds(condition: string, span: Span): boolean {
  const tokens = condition.match(/"(?:[^"\\]|\\.)*"|&&|\|\||[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const operand = (): boolean => {
    if (tokens[at] === "(") {
      at += 1;
      const value = expression();
      at += 1;
      return value;
    }
    const [name = "", operator = "", literal = ""] = tokens.slice(at, at + 3);
    at += 3;
    return compare(span[name], operator, literal);
  };
  const expression = (): boolean => {
    let value = operand();
    while (tokens[at] === "&&" || tokens[at] === "||") {
      const isAnd = tokens[at] === "&&";
      at += 1;
      const next = operand();
      value = isAnd ? value && next : value || next;
    }
    return value;
  };
  return expression();
}

const FORMS = { "since 2.10": TEMPO_3, before: TEMPO_2_9 } as const;

const condition = (
  route: string,
  {
    tempo = TEMPO_3,
    known = [],
    base = "",
    attributes = {},
  }: {
    tempo?: typeof TEMPO_3;
    known?: string[];
    base?: string;
    attributes?: Partial<ReturnType<typeof grafanaConfig>["attributes"]>;
  } = {},
): string => {
  const config = grafanaConfig({ tempo, routeBase: parseRoute(base) ?? [] });
  return routeCondition(
    { ...config, attributes: { ...config.attributes, ...attributes } },
    { route: searchedRoute(route), known: knownRoutes(known) },
  );
};

const span = (route: string | null, path: string, name = "span.url.path"): Span => ({
  [name]: path,
  ...(route === null ? {} : { "span.http.route": route }),
});

describe.each(Object.entries(FORMS))("routeCondition for Tempo %s", (_, tempo) => {
  const finds = (route: string, one: Span, more: Parameters<typeof condition>[1] = {}) =>
    holds(condition(route, { tempo, ...more }), one);

  it.each([
    ["/workspace/[id]", span("/workspace/:id", "/workspace/42")],
    ["/workspace/[id]", span("*", "/workspace/42")],
    ["/workspace/[id]", span("/", "/workspace/42")],
    ["/workspace/[id]", span("unknown", "/workspace/42")],
    ["/workspace/[id]", span("/workspace", "/workspace/42")],
    ["/workspace/[id]", span(null, "/workspace/42/")],
    ["/workspace/[id]", span("/workspace/[id]", "/workspace/42?_rsc=1", "span.http.target")],
    ["/workspace/[id]", span("/*", "https://shop.example/workspace/42?a=/b", "span.url.full")],
    ["/workspace/[id]", span("/(app)/workspace/[id]", "https://shop.example/workspace/42", "span.http.url")],
    ["/app/area/[n]", span("/area/{n}", "/app/area/7")],
    ["/workspace/[id]", span("GET /workspace/{id}", "/x")],
    ["/num/[id]", span("/^\\/num\\/(\\d+)\\/?$/", "/num/7")],
    ["routes/workspace.$id", span("*", "/workspace/42")],
    ["routes/workspace.$id", span("routes/workspace.$id", "/x")],
    ["/feed/(..)photo/[id]", span("/feed/(..)photo/[id]", "/photo/1")],
    ["/about", span("/about", "/about")],
    ["/about", span("*", "/about/")],
    ["/about", span("about(.:format)", "/shop/about")],
    ["/team/blue", span("/team/:team", "/team/blue")],
    ["/caf\u00e9 bar", span("*", "/caf%C3%A9%20bar")],
    ["/", span("/", "/")],
    ["/", span("*", "/?q=1", "span.http.target")],
    ["/", span(null, "https://shop.example", "span.url.full")],
    ["/docs/[...path]", span("/docs/*splat", "/docs/a/b")],
    ["/ab*cd", span("/ab*cd", "/abXcd")],
    ["Home page", span("Home page", "/x")],
  ])("of %s finds %j", (route, one) => {
    expect(finds(route, one)).toBe(true);
  });

  it.each([
    ["/workspace/[id]", span("/workspace/new", "/workspace/new")],
    ["/workspace/[id]", span("*", "/workspace")],
    ["/workspace/[id]", span("*", "/workspace/?q=a", "span.http.target")],
    ["/workspace/[id]", span("/workspace/:id", "/workspace/42/missing")],
    ["/workspace", span("/workspace", "/workspace/42/missing")],
    ["/workspace", span("/workspace", "/workspace/42/missing?q=1", "span.http.target")],
    ["/", span("/", "/workspace/42")],
    ["/docs/[id]", span("/docs/{path...}", "/docs/a/b")],
    ["Home page", span("*", "/Home%20page")],
  ])("of %s does not find %j", (route, one) => {
    expect(finds(route, one, { known: ["/workspace/new", "/workspace/[id]"] })).toBe(false);
  });

  it("leaves out the paths of known routes that are more specific", () => {
    const known = ["/workspace/new", "/workspace/:id"];
    expect(finds("/workspace/[id]", span("*", "/workspace/new"))).toBe(true);
    expect(finds("/workspace/[id]", span("*", "/workspace/new"), { known })).toBe(false);
    expect(finds("/workspace/[id]", span("*", "/workspace/newer"), { known })).toBe(true);
  });

  it("leaves out other known routes below the base path, too", () => {
    const known = ["/files/:name.json", "/files/[name]"];
    const other = span("/shop/files/:name.json", "/shop/files/a.json");
    expect(finds("/files/[name]", other, { known, base: "/shop" })).toBe(false);
    expect(finds("/files/[name]", span("/shop/files/:name", "/shop/files/a"), { known, base: "/shop" })).toBe(
      true,
    );
  });

  it("accepts a base path", () => {
    const base = "/shop";
    for (const path of ["/shop/workspace/42", "/workspace/42"]) {
      expect(finds("/workspace/[id]", span("*", path), { base })).toBe(true);
      expect(finds("/workspace/[id]", span("*", path))).toBe(path === "/workspace/42");
    }
    expect(finds("/", span("/shop", "/shop/"), { base })).toBe(true);
    expect(finds("/shop/about", span("/about", "/shop/about"), { base })).toBe(true);
    expect(finds("/shop/team/[id]", span("/team/[id]", "/x"), { base })).toBe(true);
    const known = ["/shop/workspace/new", "/shop/workspace/[id]"];
    expect(finds("/workspace/[id]", span("*", "/shop/workspace/new"), { base, known })).toBe(false);
  });
});

describe("routeCondition", () => {
  it("counts the path only where the span's route names no other, since 2.10", () => {
    const export_ = span("/workspace/export", "/workspace/export");
    expect(holds(condition("/workspace/[id]"), export_)).toBe(false);
    expect(holds(condition("/workspace/[id]", { tempo: TEMPO_2_9 }), export_)).toBe(true);
    expect(condition("/workspace/[id]", { tempo: TEMPO_2_9 })).not.toContain("nil");
  });

  it("is equality for another attribute", () => {
    expect(condition("/workspace/[id]", { attributes: { route: "span.app.route" } })).toBe(
      'span.app.route = "/workspace/[id]"',
    );
  });

  it("searches another path attribute alone", () => {
    const text = condition("/workspace/[id]", { attributes: { path: "span.app.path" } });
    expect(text).toContain("span.app.path =~");
    expect(text).not.toMatch(/url\.|http\.target/);
  });

  it("compares what Tempo stores of a long route", () => {
    const [ascii, umlauts] = [`/${"a".repeat(2_047)}`, `/a${"ü".repeat(2_040)}`];
    expect(holds(condition(ascii), span(ascii, "/"))).toBe(true);
    const cut = Buffer.from(umlauts).subarray(0, 2_048).toString();
    expect(cut).toMatch(/\ufffd$|ü$/);
    expect(holds(condition(umlauts), span(cut, "/"))).toBe(true);
    expect(holds(condition(umlauts), span(cut.slice(0, -9), "/"))).toBe(false);
  });

  it("is one valid operand of bounded length for any route", () => {
    fc.assert(
      fc.property(
        aName,
        fc.array(aName, { maxLength: 30 }),
        fc.constantFrom(...Object.values(FORMS)),
        (route, known, tempo) => {
          const text = condition(route, { tempo, known: [...known, `${route}/new`] });
          expect(text.length).toBeLessThan(20_000);
          expect(() => parseTraceQl(`{ kind = server && ${text} && duration > 1ms }`)).not.toThrow();
          const outside = text.replace(/"(?:[^"\\]|\\.)*"/g, "");
          for (let inner = outside, before = ""; inner !== before; ) {
            before = inner;
            inner = inner.replace(/\([^()]*\)/g, "");
            if (inner === before) expect(inner).not.toMatch(/&&|\|\|/);
          }
        },
      ),
      examples(500),
    );
  });

  it("finds its own text as a span's route, whatever it is", () => {
    fc.assert(
      fc.property(aName, (route) => {
        fc.pre(parseRoute(route)?.length !== 0);
        const stored = Buffer.from(route).subarray(0, 2_048).toString();
        expect(holds(condition(route), span(stored, "/x"))).toBe(true);
      }),
      examples(500),
    );
  });
});

describe("answersRequest", () => {
  const finds = (one: Span) => holds(answersRequest(grafanaConfig()), one);

  const root = { kind: "internal", name: "sveltekit.handle.root", "span.http.route": "/workspace/[id]" };

  it("finds server spans, and SvelteKit's roots without the HTTP instrumentation", () => {
    expect(finds({ kind: "server", name: "GET" })).toBe(true);
    expect(finds(root)).toBe(true);
  });

  it("finds no other span", () => {
    expect(finds({ ...root, kind: "client" })).toBe(false);
    expect(finds({ ...root, name: "sveltekit.resolve" })).toBe(false);
    expect(finds({ kind: "internal", name: "sveltekit.handle.root" })).toBe(false);
  });

  it("is the kind alone for another attribute of the route", () => {
    const { attributes } = grafanaConfig();
    expect(answersRequest({ attributes: { ...attributes, route: "span.app.route" } })).toBe("kind = server");
  });
});
