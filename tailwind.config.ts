import type { Config } from "tailwindcss";
import plugin from "tailwindcss/plugin";

/** The three colours of a rating: for text, for shapes and bars, and for the band behind a chart. */
const rating = (name: string) => ({
  DEFAULT: `var(--${name})`,
  fill: `var(--${name}-fill)`,
  band: `var(--${name}-band)`,
});

/** Numbers of samples have up to eleven characters: `100,000,000`. A comma is half as wide as a digit. */
const SAMPLE_LENGTHS = Array.from({ length: 11 }, (_, i) => i + 1);

/** Selects a class whose name is computed, which Tailwind would not find in the markup and leave out. */
const named = (name: string): string => `[class~="${name}"]`;

/** The text's colour, mixed into the panel: for the parts of a bar that are no ratings. */
const shade = (percent: number): string => `color-mix(in srgb, var(--text) ${percent}%, var(--panel))`;

/**
 * The design tokens. Colours, sizes, weights and radii replace Tailwind's own scales instead of extending them, so that a
 * component cannot use any other. `app/styles/base.css` has the light and the dark value of each colour.
 */
export default {
  // Only what writes markup: elsewhere, words such as "table" or "filter" would be mistaken for utilities.
  content: ["./app/{components,islands,routes}/**/*.{ts,tsx}", "./app/root.tsx"],
  theme: {
    screens: { sm: "40rem", lg: "64rem", xl: "88rem" },
    colors: {
      inherit: "inherit",
      transparent: "transparent",
      current: "currentColor",
      ground: "var(--ground)",
      panel: "var(--panel)",
      line: "var(--line)",
      control: "var(--control)",
      text: "var(--text)",
      quiet: "var(--quiet)",
      link: "var(--link)",
      warning: "var(--warning)",
      good: rating("good"),
      "needs-improvement": rating("needs-improvement"),
      poor: rating("poor"),
      flame: { 1: shade(34), 2: shade(20), 3: shade(9) },
      shade: { 1: shade(92), 2: shade(70), 3: shade(56), 4: shade(46), 5: shade(38) },
    },
    fontFamily: { sans: ["system-ui", "sans-serif"], mono: ["ui-monospace", "monospace"] },
    // 12, 14, 20 and 32 px; the shapes of ratings are as large as a letter without ascender.
    fontSize: {
      mark: "0.75em",
      xs: ["0.75rem", "1rem"],
      sm: ["0.875rem", "1.25rem"],
      xl: ["1.25rem", "1.75rem"],
      "3xl": ["2rem", "2.5rem"],
    },
    fontWeight: { normal: "400", semibold: "600" },
    lineHeight: ({ theme }) => theme("spacing"),
    borderRadius: { sm: "2px", DEFAULT: "4px", md: "6px" },
    extend: {
      aria: { current: "current" },
      maxWidth: { frame: "88rem", name: "clamp(7.5rem, 28vw, 32rem)", page: "52rem" },
      // Columns of figures: a number with its unit, and its samples stand under each other.
      minWidth: { figure: "4.6em", score: "3.4em", samples: "4.2em" },
      width: { unit: "1.8em" },
      spacing: { 30: "7.5rem", 62: "15.5rem", 88: "22rem", 100: "25rem" },
      strokeWidth: { 1.5: "1.5", 4: "4" },
      // Not laid out for so long: what is above it is painted meanwhile. Without JavaScript, and find in page works as ever.
      // `next` ends with the frame that it begins in.
      animation: { late: "late 100ms", next: "late 1ms" },
      keyframes: { late: { "from, to": { "content-visibility": "hidden" } } },
    },
  },
  corePlugins: {
    // Unused; each of these puts its variables on every element.
    backdropFilter: false,
    borderSpacing: false,
    boxShadow: false,
    contain: false,
    filter: false,
    fontVariantNumeric: false,
    gradientColorStops: false,
    ringWidth: false,
    scrollSnapType: false,
    touchAction: false,
    transform: false,
    // The tokens are opaque.
    backgroundOpacity: false,
    borderOpacity: false,
    divideOpacity: false,
    textOpacity: false,
  },
  plugins: [
    plugin(({ addBase, addUtilities, addVariant }) => {
      addVariant("coarse", "@media (pointer: coarse)");
      addVariant("cells", "& :is(th, td)");
      // Not the first cell of a head's second row: that one is in the middle of the table.
      addVariant("names", "& :is(tbody > tr, tr:first-child) > :first-child");
      addVariant("rows", "& > tr");
      // What screen readers get after the text of a cell, in its `data-label`.
      addVariant("labels", "& td[data-label]::after");
      // The policy forbids inline styles: a width that depends on data is a class. See styles/figures.css.
      for (const length of SAMPLE_LENGTHS)
        addBase({ [named(`samples-${length}`)]: { "--n": String(length - Math.floor(length / 4) / 2) } });
      // Under Tailwind 4's name.
      addUtilities({ ".wrap-anywhere": { "overflow-wrap": "anywhere" } });
      // Names come from outside: one that runs the other way does not turn what is around it.
      addUtilities({ ".bidi-isolate": { "unicode-bidi": "isolate" } });
    }),
  ],
} satisfies Config;
