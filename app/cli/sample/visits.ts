import type { Device } from "../../vitals/devices";
import type { NavigationType } from "../../vitals/navigation";
import { HOUR, MINUTE, SECOND } from "../../vitals/time";
import type { Random } from "./random";
import { type Build, buildAt, type Deploy } from "./releases";
import { type SampleRoute, zipfChoice } from "./routes";
import { deviceAt } from "./traffic";

/** Browser engines, which support different metrics. */
export type Engine = "chromium" | "webkit" | "gecko";

export type Visitor = {
  device: Device;
  engine: Engine;
  /** Factors of durations for the visitor's network and CPU, 1 for typical ones. */
  network: number;
  cpu: number;
};

export type PageView = {
  visitor: Visitor;
  route: SampleRoute;
  build: Build;
  navigationType: NavigationType;
  /** Whether it needs a new connection. */
  first: boolean;
  /** In ms since the epoch. */
  startedAt: number;
  /** Time until the page is hidden, and from then to each further time, in ms. */
  hiddenAfter: number[];
};

const ENGINES: Readonly<Record<Device, { webkit: number; gecko: number }>> = {
  mobile: { webkit: 0.34, gecko: 0.02 },
  tablet: { webkit: 0.45, gecko: 0.01 },
  desktop: { webkit: 0.13, gecko: 0.08 },
  bot: { webkit: 0, gecko: 0 },
};

/** Share of visits that continue in an older tab, and its mean age in ms. */
const OLD_TAB_SHARE = 0.04;
const OLD_TAB_AGE = 14 * HOUR;

/** A page is hidden after this at most, and again after that, at most twice. */
const LONGEST = { first: 30 * MINUTE, later: 6 * HOUR } as const;

/** No view reports anything later than this after its start, in ms. */
export const LONGEST_VIEW = LONGEST.first + 2 * LONGEST.later + MINUTE;

/** Returns the page views of one visit, in ascending order. */
export type MakeVisit = (index: number, startedAt: number) => PageView[];

/** @param streams separate streams for visitors and paths: other routes leave the visitors unchanged */
export function makeVisits(
  streams: { visitors: Random; paths: Random },
  routes: readonly SampleRoute[],
  deploys: readonly Deploy[],
): MakeVisit {
  const chooseRoute = zipfChoice(routes);
  const appRoutes = routes.filter(({ app }) => app);
  const chooseAppRoute = zipfChoice(appRoutes);
  const { visitors, paths } = streams;

  return (index, startedAt) => {
    visitors.at(index);
    paths.at(index);
    const device = deviceAt(startedAt, visitors.uniform());
    const visitor: Visitor = {
      device,
      engine: engineOf(device, visitors.uniform()),
      network: visitors.logNormal(1, 0.35),
      cpu: visitors.logNormal(1, 0.3),
    };
    const isPerson = device !== "bot";
    const hasSoftNavigations = isPerson && visitor.engine === "chromium";
    const luck = visitors.uniform();
    const age = visitors.exponential(OLD_TAB_AGE);
    const oldTab = visitors.chance(OLD_TAB_SHARE) && hasSoftNavigations;
    const length = 1 + Math.floor(visitors.exponential(2.2));

    const views: PageView[] = [];
    let time = startedAt;
    let build = buildAt(deploys, oldTab ? startedAt - age : startedAt, luck);
    let previous: SampleRoute | null = null;
    let beforeThat: SampleRoute | null = null;
    for (let i = 0; i < length; i += 1) {
      const how = paths.uniform();
      const where = paths.uniform();
      const hiddenAfter = [Math.max(SECOND, Math.min(paths.logNormal(25 * SECOND, 1.1), LONGEST.first))];
      if (paths.chance(0.2) && isPerson) {
        hiddenAfter.push(Math.min(paths.logNormal(4 * MINUTE, 1), LONGEST.later));
        if (paths.chance(0.3)) hiddenAfter.push(Math.min(paths.logNormal(4 * MINUTE, 1), LONGEST.later));
      }
      let navigationType: NavigationType;
      let route: SampleRoute;
      if ((oldTab && i === 0) || (hasSoftNavigations && previous?.app === true && how < 0.7)) {
        navigationType = "soft-navigation";
        route = appRoutes[chooseAppRoute(where)] as SampleRoute;
      } else if (isPerson && beforeThat !== null && how > 0.75) {
        navigationType = "back-forward-cache";
        route = beforeThat;
      } else {
        navigationType = isPerson ? loadType(how, i === 0, visitor.engine) : "navigate";
        route =
          (navigationType === "reload" ? previous : null) ?? (routes[chooseRoute(where)] as SampleRoute);
        build = buildAt(deploys, time, luck);
      }
      views.push({
        visitor,
        route,
        build,
        navigationType,
        first: i === 0 && !oldTab,
        startedAt: time,
        hiddenAfter,
      });
      beforeThat = previous;
      previous = route;
      time += Math.floor((hiddenAfter[0] as number) + paths.exponential(1.5 * SECOND));
    }
    return views;
  };
}

function engineOf(device: Device, uniform: number): Engine {
  const { webkit, gecko } = ENGINES[device];
  if (uniform < webkit) return "webkit";
  return uniform < webkit + gecko ? "gecko" : "chromium";
}

function loadType(uniform: number, first: boolean, engine: Engine): NavigationType {
  // Restores and soft navigations use the upper part of the range.
  if (uniform < 0.05) return "reload";
  if (uniform < 0.09) return "back-forward";
  if (uniform < 0.13 && engine === "chromium") return "prerender";
  return uniform < 0.14 && first ? "restore" : "navigate";
}
