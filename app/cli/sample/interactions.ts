import type { Device } from "../../vitals/devices";
import type { Random } from "./random";
import { INP_REGRESSION } from "./releases";
import { REGRESSED_ROUTE } from "./routes";
import type { PageView } from "./visits";

/** One interaction; `at` in ms after the navigation, subparts and their sum `total` in tenths of a millisecond. */
export type Interaction = {
  target: string;
  type: "pointer" | "keyboard";
  at: number;
  inputDelay: number;
  processing: number;
  presentation: number;
  total: number;
};

/** Medians of INP, in ms. */
const MEDIANS: Readonly<Record<Device, number>> = { mobile: 118, tablet: 92, desktop: 58, bot: 0 };

/** Browsers round the duration of an event to 8 ms; in tenths: https://w3c.github.io/event-timing/#sec-security */
const STEP = 80;

const toStep = (tenths: number): number => Math.max(STEP, Math.round(tenths / STEP) * STEP);

/** Share of interactions with a page's main button. */
const MAIN_BUTTON = 0.5;

/** @param during length of the period with the interaction, in ms */
export function interact(view: PageView, random: Random, noise: number, during: number): Interaction {
  const { visitor, route, build } = view;
  const main = random.chance(MAIN_BUTTON);
  const other = 1 + Math.floor(random.uniform() * (route.buttons.length - 1));
  const target = (main ? route.buttons[0] : route.buttons[other]) ?? route.buttons[0];
  const median = MEDIANS[visitor.device] * route.scripts * visitor.cpu * noise;
  const usual = 10 * random.logNormal(median, 0.6);
  const shares = { input: 0.04 + 0.2 * random.uniform(), presentation: 0.15 + 0.25 * random.uniform() };
  const regressed = main && build.regressed && route.route === REGRESSED_ROUTE;
  const slower = regressed ? usual * (1 - shares.input - shares.presentation) * INP_REGRESSION : 0;
  const total = toStep(usual + slower);
  const inputDelay = Math.min(total, Math.round(usual * shares.input));
  const presentation = Math.min(total - inputDelay, Math.round(usual * shares.presentation));
  return {
    target,
    type: /^(input|select)/.test(target) ? "keyboard" : "pointer",
    at: Math.round(during * (0.1 + 0.85 * random.uniform())),
    inputDelay,
    processing: total - inputDelay - presentation,
    presentation,
    total,
  };
}

/** A view's CLS: often exactly 0, else log-normal. */
export function shift({ route, visitor, navigationType }: PageView, random: Random): number {
  const calm = navigationType === "back-forward-cache" ? 0.93 : route.still;
  const size = random.logNormal(route.shift * (visitor.device === "desktop" ? 0.8 : 1.15), 1.1);
  return random.chance(calm) ? 0 : roundScore(Math.min(size, 5));
}

/** Rounds to five decimals, and never to 0. */
export const roundScore = (score: number): number => Math.max(1, Math.round(score * 100_000)) / 100_000;
