/** What a placeholder stands for within a segment. `repeat`: exactly as many segments (Hapi's `{name*2}`). */
export type Value =
  | { kind: "one"; optional: boolean }
  | { kind: "rest"; optional: boolean }
  | { kind: "repeat"; count: number }
  /** A character that is written as an escape, such as SvelteKit's `[x+3a]`. */
  | { kind: "text"; text: string }
  /** An optional suffix, such as Rails' `(.:format)`: no part of the route. */
  | { kind: "suffix" }
  /** Go's `{$}`: the path ends here. */
  | { kind: "end" };

const ONE: Value = { kind: "one", optional: false };
const OPTIONAL: Value = { kind: "one", optional: true };
const REST: Value = { kind: "rest", optional: false };
const OPTIONAL_REST: Value = { kind: "rest", optional: true };

const NAME = String.raw`[\p{L}\p{N}_$][\p{L}\p{N}_$.-]*?`;
const pattern = (source: string): RegExp => new RegExp(`^(?:${source})$`, "u");

/** Whether the expression of a constraint matches several segments. */
const matchesSlashes = (expression: string): boolean =>
  /^\*+$/.test(expression) ||
  /\.[*+]/.test(expression) ||
  expression.replace(/\[[^\]]*\]/g, "").includes("/");

const IN_BRACKETS: ReadonlyArray<[RegExp, Value]> = [
  [pattern(`\\[\\.\\.\\.(?:${NAME}(?:=\\w+)?)?\\]`), OPTIONAL_REST],
  [pattern(`\\[(?:${NAME}(?:=\\w+)?)?\\]`), OPTIONAL],
  [pattern(`\\.\\.\\.(?:${NAME}(?:=\\w+)?)?`), REST],
  [pattern(`(?:${NAME}(?:=\\w+)?)?`), ONE],
];

/** `[id]`, `[id=integer]`, `[[id]]`, `[...path]`, `[[...path]]`, `[x+3a]` (Next.js, SvelteKit, Astro, Nuxt). */
export function inBrackets(content: string): Value | null {
  const [, code] = /^(?:x\+([0-9a-fA-F]{2})|u\+[0-9a-fA-F-]{4,30})$/.exec(content) ?? [];
  if (code !== undefined) return { kind: "text", text: String.fromCharCode(Number.parseInt(code, 16)) };
  if (content.startsWith("u+")) {
    const codes = content
      .slice(2)
      .split("-")
      .map((one) => Number.parseInt(one, 16));
    return codes.every((one) => one <= 0x10_ffff)
      ? { kind: "text", text: String.fromCodePoint(...codes) }
      : null;
  }
  return IN_BRACKETS.find(([form]) => form.test(content))?.[1] ?? null;
}

const IN_BRACES: ReadonlyArray<[RegExp, Value]> = [
  // Go; TanStack Router; the optional suffix of Express 5.
  [/^\$$/, { kind: "end" }],
  [pattern(`-\\$${NAME}`), OPTIONAL],
  [/^[.-]:\w+(?:\([^/]*\))?$/u, { kind: "suffix" }],
  // Express 5, Spring, ASP.NET, Axum; Hapi; Go and Ktor; AWS and Micronaut.
  [pattern(`\\*{1,2}(?:${NAME}(?::[^/]*)?(?:=[^/]*)?\\??)?`), REST],
  [pattern(`${NAME}\\*`), REST],
  [pattern(`(?:${NAME})?\\.\\.\\.`), REST],
  [pattern(`${NAME}\\+|\\+${NAME}`), REST],
  // ASP.NET's optional values, default values and constraints; Symfony's.
  [pattern(`${NAME}\\?(?:[^/{}]*)?`), OPTIONAL],
  [pattern(`${NAME}(?::[a-z]+(?:\\([^()]*\\))?)*(?:\\?|=[^/{}]*)`), OPTIONAL],
  [pattern(`${NAME}<[^/]*>\\?[^/{}]*`), OPTIONAL],
  [pattern(`${NAME}<[^/]*>`), ONE],
  [pattern(`(?:${NAME})?`), ONE],
];

/** `{id}`, `{id?}`, `{id:int}`, `{*path}`, `{path...}`, `{-$lang}` and the like. */
export function inBraces(written: string): Value | null {
  // Jakarta REST has blanks around the colon.
  const content = written.replace(/^\s+|\s*(:)\s*/, "$1");
  const [, count] = /^[\p{L}\p{N}_]+\*([1-9])$/u.exec(content) ?? [];
  if (count !== undefined) return { kind: "repeat", count: Number(count) };
  const form = IN_BRACES.find(([one]) => one.test(content));
  if (form !== undefined) return form[1];
  const [, constraint] = new RegExp(`^${NAME}:(.+)$`, "u").exec(content) ?? [];
  if (constraint === undefined) return null;
  return constraint === "path" || matchesSlashes(constraint) ? REST : ONE;
}

/** Converters of Django, Flask and Sanic, which stand before the name; elsewhere they stand behind it. */
const CONVERTER = new RegExp(`^(?:int|float|str|string|slug|uuid|any|regex|re)(?:\\((.*)\\))?:${NAME}$`, "u");

/** `<id>`, `<int:id>`, `<path:p>`, `<id:int>`, `<path..>` (Django, Flask, Bottle, Sanic, Rocket). */
export function inAngles(content: string): Value | null {
  const known = CONVERTER.exec(content);
  if (known !== null) return matchesSlashes(known[1] ?? "") ? REST : ONE;
  if (new RegExp(`^(?:path(?:\\(.*\\))?:${NAME}|${NAME}:path|${NAME}\\.\\.)$`, "u").test(content))
    return REST;
  if (new RegExp(`^${NAME}$`, "u").test(content)) return ONE;
  const converter = new RegExp(`^[a-z_]+(?:\\((.*)\\))?:${NAME}$`, "iu").exec(content);
  if (converter !== null) return matchesSlashes(converter[1] ?? "") ? REST : ONE;
  const [, filter] = new RegExp(`^${NAME}:(.+)$`, "u").exec(content) ?? [];
  if (filter === undefined) return null;
  return matchesSlashes(filter) ? REST : ONE;
}

/**
 * `:id` with what follows its name.
 * @param constraint within the brackets behind the name; `null` without
 * @param modifier `?`, `*`, `+` or nothing
 */
export function afterColon(constraint: string | null, modifier: string): Value {
  const severalSegments = constraint !== null && matchesSlashes(constraint);
  if (modifier === "*" || modifier === "+") return REST;
  if (modifier === "?") return severalSegments ? OPTIONAL_REST : OPTIONAL;
  return severalSegments ? REST : ONE;
}
