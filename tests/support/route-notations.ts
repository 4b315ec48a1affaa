import fc from "fast-check";
import type { RoutePart, RouteParts } from "../../app/vitals/route-text/route-parts";

/**
 * How frameworks write a route, implemented from their documentation. A function returns `null` for what a notation can't
 * express. `span`: a server's spans have this notation.
 */
export type Notation = {
  name: string;
  span: boolean;
  print: (parts: RouteParts, names: readonly string[]) => string | null;
};

type Writers = {
  one: (name: string) => string;
  optional?: (name: string) => string;
  rest?: (name: string) => string;
  optionalRest?: (name: string) => string;
  /** A value beside text in one segment; absent where the framework has only whole segments. */
  inText?: (name: string) => string;
  /** Optional segments that are more than one value. */
  group?: (inside: string) => string;
  /** Whether optional segments stand in brackets with their slash. */
  withSlash?: boolean;
};

/** Prints part by part; `around` gives the whole its first and last characters. */
const notation = (
  name: string,
  writers: Writers,
  {
    around = (text) => `/${text}`,
    span = true,
    text: textOf = (text) => text,
  }: Partial<{
    around: (text: string) => string;
    span: boolean;
    text: (text: string) => string;
  }> = {},
): Notation => ({
  name,
  span,
  print(parts, names) {
    let next = 0;
    const nameOf = (): string => names[next++ % names.length] ?? "id";
    const segments = (list: RouteParts): string | null => {
      let written = "";
      for (const part of list) {
        const segment = write(part);
        if (segment === null) return null;
        written += segment;
      }
      return written;
    };
    const write = (part: RoutePart): string | null => {
      switch (part.kind) {
        case "text":
          return `/${textOf(part.text)}`;
        case "one":
          if (!part.optional) return `/${writers.one(nameOf())}`;
          if (writers.optional === undefined) return null;
          return writers.withSlash ? writers.optional(nameOf()) : `/${writers.optional(nameOf())}`;
        case "rest": {
          const writer = part.optional ? writers.optionalRest : writers.rest;
          if (writer === undefined) return null;
          return part.optional && writers.withSlash ? writer(nameOf()) : `/${writer(nameOf())}`;
        }
        case "mixed":
          return writers.inText === undefined
            ? null
            : `/${part.pieces.map((piece) => (piece === null ? writers.inText?.(nameOf()) : piece)).join("")}`;
        case "group": {
          const inside = segments(part.parts);
          return inside === null || writers.group === undefined ? null : writers.group(inside);
        }
      }
    };
    const whole = segments(parts);
    if (whole === null) return null;
    return /^[{(]/.test(whole) ? around(whole).replace(/^\//, "") : around(whole.replace(/^\//, ""));
  },
});

const slashes = {
  none: (text: string) => text,
  atEnd: (text: string) => (text === "" ? "" : `${text}/`),
};

const colon = (name: string) => `:${name}`;
const brackets = (name: string) => `[${name}]`;
const braces = (name: string) => `{${name}}`;

const nextJs: Writers = {
  one: brackets,
  rest: (name) => `[...${name}]`,
  optionalRest: (name) => `[[...${name}]]`,
};

export const NOTATIONS: readonly Notation[] = [
  notation("Next.js", nextJs),
  notation("Next.js with groups", nextJs, { around: (text) => `/(shop)/${text}`, span: false }),
  notation(
    "Remix ids",
    {
      one: (name) => `$${name}`,
      optional: (name) => `($${name})`,
      rest: () => "$",
    },
    {
      around: (text) => `routes/_layout.${text === "" ? "_index" : text.replaceAll("/", ".")}`,
      span: false,
      text: (text) => text.replace(/[.[\]]/g, "[$&]"),
    },
  ),
  notation(
    "React Router",
    { one: colon, optional: (name) => `:${name}?`, rest: () => "*" },
    { around: slashes.none },
  ),
  notation("SvelteKit", {
    one: brackets,
    optional: (name) => `[[${name}]]`,
    rest: (name) => `[...${name}]`,
    inText: brackets,
  }),
  notation("SvelteKit with matchers", {
    one: (name) => `[${name}=integer]`,
    optional: (name) => `[[${name}=lang]]`,
    rest: (name) => `[...${name}]`,
  }),
  notation(
    "SvelteKit with a group",
    { one: brackets, optional: (name) => `[[${name}]]`, rest: (name) => `[...${name}]` },
    { around: (text) => `/(app)/${text}` },
  ),
  notation("Nuxt", {
    one: (name) => `:${name}()`,
    optional: (name) => `:${name}?`,
    rest: (name) => `:${name}(.*)*`,
  }),
  notation("Vue Router", {
    one: (name) => `:${name}(\\d+)`,
    optional: (name) => `:${name}(\\d+)?`,
    rest: (name) => `:${name}(.*)`,
    inText: (name) => `:${name}(\\d+)`,
  }),
  notation("Vue Router, repeated", { one: colon, rest: (name) => `:${name}+` }),
  notation("Astro", { one: brackets, rest: (name) => `[...${name}]`, inText: brackets }),
  notation(
    "TanStack Router",
    { one: (name) => `$${name}`, optional: (name) => `{-$${name}}`, rest: () => "$" },
    { span: false },
  ),
  notation("Express 4", { one: colon, optional: (name) => `:${name}?`, rest: () => "*", inText: colon }),
  notation("Express 4, constraint", { one: (name) => `:${name}([^/]+)`, rest: (name) => `:${name}(*)` }),
  notation("Express 5", {
    one: colon,
    optional: (name) => `{/:${name}}`,
    rest: (name) => `*${name}`,
    optionalRest: (name) => `{/*${name}}`,
    group: (inside) => `{${inside}}`,
    inText: colon,
    withSlash: true,
  }),
  notation("Fastify", {
    one: (name) => `:${name}(^\\d+$)`,
    optional: (name) => `:${name}?`,
    rest: () => "*",
  }),
  notation("Hapi", {
    one: braces,
    optional: (name) => `{${name}?}`,
    rest: (name) => `{${name}*}`,
    inText: braces,
  }),
  notation("Hono", { one: (name) => `:${name}{[0-9]+}`, optional: (name) => `:${name}?`, rest: () => "*" }),
  notation("Angular", { one: colon, rest: () => "**" }, { around: slashes.none, span: false }),
  notation(
    "Django",
    { one: (name) => `<int:${name}>`, rest: (name) => `<path:${name}>`, inText: (name) => `<slug:${name}>` },
    { around: slashes.atEnd },
  ),
  notation("Flask", {
    one: (name) => `<${name}>`,
    rest: (name) => `<path:${name}>`,
    inText: (name) => `<${name}>`,
  }),
  notation(
    "Rails",
    {
      one: colon,
      optional: (name) => `(/:${name})`,
      rest: (name) => `*${name}`,
      group: (inside) => `(${inside})`,
      withSlash: true,
    },
    { around: (text) => (text === "" ? "/" : `/${text}(.:format)`) },
  ),
  notation("Spring", { one: (name) => `{${name}}`, rest: (name) => `{*${name}}`, inText: braces }),
  notation("Spring, constraint", { one: (name) => `{${name}:\\d+}`, rest: () => "**" }),
  notation("FastAPI", { one: (name) => `{${name}:int}`, rest: (name) => `{${name}:path}`, inText: braces }),
  notation("Go", { one: braces, rest: (name) => `{${name}...}` }),
  notation("chi", { one: (name) => `{${name}:[a-z0-9-]+}`, rest: () => "*", inText: braces }),
  notation("gin", { one: colon, rest: (name) => `*${name}` }),
  notation("gorilla/mux", { one: braces, rest: (name) => `{${name}:.*}` }),
  notation(
    "ASP.NET",
    {
      one: (name) => `{${name}:int}`,
      optional: (name) => `{${name}:int?}`,
      rest: (name) => `{**${name}}`,
      inText: braces,
    },
    { around: slashes.none },
  ),
  notation("ASP.NET, one star", {
    one: braces,
    optional: (name) => `{${name}=1}`,
    rest: (name) => `{*${name}}`,
  }),
  notation("API Gateway", { one: braces, rest: (name) => `{${name}+}` }),
  notation("Rocket", { one: (name) => `<${name}>`, rest: (name) => `<${name}..>` }),
];

const aWord = fc.constantFrom(
  "workspace",
  "shop",
  "items",
  "new",
  "v2",
  "sign-in",
  "a.b",
  "café",
  "my_docs",
  "über-uns",
);
const aPlainWord = fc.constantFrom("files", "report", "user", "at");

const one: RoutePart = { kind: "one", optional: false };
const anOptional: fc.Arbitrary<RoutePart> = fc.constantFrom<RoutePart>(
  { kind: "one", optional: true },
  { kind: "group", parts: [{ kind: "text", text: "page" }, one] },
);
const aMixed: fc.Arbitrary<RoutePart> = fc.oneof(
  aPlainWord.map((text): RoutePart => ({ kind: "mixed", pieces: [null, `.${text}`] })),
  aPlainWord.map((text): RoutePart => ({ kind: "mixed", pieces: [`${text}-`, null] })),
  fc.constantFrom<RoutePart>(
    { kind: "mixed", pieces: ["@", null] },
    { kind: "mixed", pieces: [null, "-", null] },
  ),
);

/** Any route that some notations share: text and values, then perhaps an optional part or a rest. */
export const aRoute: fc.Arbitrary<RouteParts> = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: aWord.map((text): RoutePart => ({ kind: "text", text })) },
        { weight: 3, arbitrary: fc.constant(one) },
        { weight: 1, arbitrary: aMixed },
      ),
      { maxLength: 5 },
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<RoutePart[]>([]) },
      { weight: 1, arbitrary: anOptional.map((part) => [part]) },
      {
        weight: 2,
        arbitrary: fc.boolean().map((optional): RoutePart[] => [{ kind: "rest", optional }]),
      },
    ),
  )
  .map(([parts, end]) => [...parts, ...end]);

/** Two routes that differ in one part. */
export const someNeighbours: fc.Arbitrary<[RouteParts, RouteParts]> = fc
  .tuple(
    aRoute,
    fc.nat(),
    fc.oneof(
      aMixed,
      anOptional,
      fc.constantFrom<RoutePart>(one, { kind: "text", text: "items" }, { kind: "rest", optional: false }),
    ),
  )
  .map(
    ([parts, at, part]) =>
      [parts, parts.toSpliced(at % (parts.length + 1), part.kind === "rest" ? parts.length : 1, part)] as [
        RouteParts,
        RouteParts,
      ],
  );

/** Names of values. `path` is a converter elsewhere, and must be a name here. */
export const someNames = fc.shuffledSubarray(["id", "slug", "path", "user_id", "n", "workspaceId"], {
  minLength: 6,
});
