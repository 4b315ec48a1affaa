/** The URL of `/admin/profiling`. */
export type ProfilingQuery = {
  /** Name of the service; empty for the cockpit itself. */
  target: string;
  /** The profile that is open; `null` for none. */
  id: string | null;
  /** The profile that it is compared with; `null` for none. */
  compare: string | null;
  /** What functions are sorted by. */
  sort: "self" | "total";
  /** Calls added up by path, or in the order of time. */
  order: "path" | "time";
  /** The chosen call path, by the id of its last node; `null` for all. */
  frame: number | null;
  /** The chosen time in µs after the start of the profile; `null` for its start and its end. */
  from: number | null;
  to: number | null;
  /** A part of a function's or a file's name. */
  q: string;
};

export const DEFAULT_PROFILING_QUERY: ProfilingQuery = {
  target: "",
  id: null,
  compare: null,
  sort: "self",
  order: "path",
  frame: null,
  from: null,
  to: null,
  q: "",
};

/** A parameter with a value that can't be used. */
export type IgnoredProfilingParam = { param: string; value: string };

const MAX_SEARCH = 200;

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (text: string): T | undefined =>
    values.find((value) => value === text);

const number = (text: string): number | undefined => (/^\d{1,12}$/.test(text) ? Number(text) : undefined);
const id = (text: string): string | undefined => (/^[a-z0-9-]{1,64}$/.test(text) ? text : undefined);

/** The value of each parameter; `undefined` for a text that can't be one. */
const PARSERS: { readonly [K in keyof ProfilingQuery]: (text: string) => ProfilingQuery[K] | undefined } = {
  target: (text) => (/^[\w.-]{1,64}$/.test(text) ? text : undefined),
  id,
  compare: id,
  sort: oneOf("self", "total"),
  order: oneOf("path", "time"),
  frame: number,
  from: number,
  to: number,
  q: (text) => (text.length <= MAX_SEARCH ? text.trim() : undefined),
};

const NAMES = Object.keys(PARSERS) as Array<keyof ProfilingQuery>;

/** Reads the parameters; an invalid one has its default and is named. Unknown parameters are ignored. */
export function parseProfilingQuery(params: URLSearchParams): {
  query: ProfilingQuery;
  ignored: IgnoredProfilingParam[];
} {
  const ignored: IgnoredProfilingParam[] = [];
  const entries = NAMES.flatMap((name) => {
    const text = params.get(name) ?? "";
    if (text === "") return [];
    const value = PARSERS[name](text);
    if (value === undefined) ignored.push({ param: name, value: text.slice(0, 100) });
    return value === undefined ? [] : [[name, value]];
  });
  return { query: { ...DEFAULT_PROFILING_QUERY, ...Object.fromEntries(entries) }, ignored };
}

/** The parameters of a query, without those that have their default. */
export function buildProfilingQuery(query: ProfilingQuery): URLSearchParams {
  return new URLSearchParams(
    NAMES.flatMap((name) => {
      const value = query[name];
      return value === DEFAULT_PROFILING_QUERY[name] || value === null ? [] : [[name, String(value)]];
    }),
  );
}
