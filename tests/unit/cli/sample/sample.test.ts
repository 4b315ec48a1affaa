import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { toBulkLine } from "../../../../app/cli/bulk-line";
import { Random } from "../../../../app/cli/sample/random";
import { makeDeploys } from "../../../../app/cli/sample/releases";
import { IMPROVED_ROUTE, makeRoutes, REGRESSED_ROUTE } from "../../../../app/cli/sample/routes";
import { type SampleOptions, sampleBeacons } from "../../../../app/cli/sample/sample";
import { deviceAt, makeNoise, trafficAt, USUAL_NOISE } from "../../../../app/cli/sample/traffic";
import { makeVisits } from "../../../../app/cli/sample/visits";
import { DEVICES, type Device } from "../../../../app/vitals/devices";
import { type Measurement, timeInId } from "../../../../app/vitals/measurement";
import { METRICS, type Metric } from "../../../../app/vitals/metrics";
import { NAVIGATION_TYPES, navigationClassOf } from "../../../../app/vitals/navigation";
import { DAY, HOUR } from "../../../../app/vitals/time";

const TO = Date.parse("2026-11-23T00:00:00Z");
const WINDOW = { from: TO - 14 * DAY, to: TO };
const OPTIONS: SampleOptions = { window: WINDOW, measurements: 300_000, seed: 1, routes: 40 };

const BEACONS = [...sampleBeacons(OPTIONS)];
const ALL = BEACONS.flatMap(({ measurements }) => measurements);
const FIRST = new Map<string, Measurement>();
for (const measurement of ALL) if (!FIRST.has(measurement.id)) FIRST.set(measurement.id, measurement);
const FIRST_OF = new Map(
  METRICS.map((name) => [name, [...FIRST.values()].filter(({ metric }) => metric === name)]),
);

/** The exact quantile by nearest rank. */
const quantile = (values: number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
};

const valuesOf = (metric: Metric, wanted: (m: Measurement) => boolean): number[] =>
  (FIRST_OF.get(metric) ?? []).filter(wanted).map(({ value }) => value);

const p75 = (metric: Metric, wanted: (m: Measurement) => boolean): number =>
  quantile(valuesOf(metric, wanted), 0.75);

const isLoad = (m: Measurement): boolean =>
  navigationClassOf(m.navigationType) === "load" && m.navigationType !== "prerender";

const number = (m: Measurement, name: string): number => {
  const value = m.attribution?.[name];
  if (typeof value !== "number") throw new Error(`${m.metric} has no ${name}`);
  return value;
};

describe("sampleBeacons", () => {
  it("returns the same bytes for the same seed, and others for another", () => {
    const digest = (seed: number): string => {
      const hash = createHash("sha256");
      const window = { from: TO - DAY, to: TO };
      for (const { measurements } of sampleBeacons({ window, measurements: 5_000, seed, routes: 20 })) {
        for (const measurement of measurements) hash.update(toBulkLine(measurement));
      }
      return hash.digest("hex");
    };
    expect(digest(1)).toBe(digest(1));
    expect(digest(2)).not.toBe(digest(1));
  });

  it.each([
    [0.05, 2_000, 3],
    [1, 30_000, 40],
    [30, 60_000, 200],
  ])("over %d days returns about %d lines", (days, measurements, routes) => {
    let lines = 0;
    const window = { from: TO - days * DAY, to: TO };
    for (const beacon of sampleBeacons({ window, measurements, seed: 5, routes })) {
      lines += beacon.measurements.length;
    }
    // Visits come by chance, and what ends after the window is cut off.
    expect(lines / measurements).toBeGreaterThan(0.8);
    expect(lines / measurements).toBeLessThan(1.12);
  });

  it("orders beacons by time, within the window", () => {
    const times = ALL.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(WINDOW.from);
    expect(times.at(-1)).toBeLessThan(WINDOW.to);
    expect(BEACONS.filter((b) => b.measurements.some((m) => m.receivedAt !== b.receivedAt))).toEqual([]);
  });

  it("has ids of web-vitals, one per metric and view, older than their reception", () => {
    const wrong = ({ id, receivedAt }: Measurement): boolean =>
      !/^v6-\d{13}-\d{13}$/.test(id) || !((timeInId(id) ?? Number.NaN) <= receivedAt);
    expect(ALL.filter(wrong)).toEqual([]);
    const metrics = new Map<string, Metric>();
    for (const { id, metric } of ALL) {
      if ((metrics.get(id) ?? metric) !== metric) expect.fail(`${id} is of two metrics`);
      metrics.set(id, metric);
    }
  });

  it("repeats INP and CLS with larger values, and changes nothing else", () => {
    const last = new Map<string, Measurement>();
    const repeats: [Measurement, Measurement][] = [];
    for (const later of ALL) {
      const earlier = last.get(later.id);
      last.set(later.id, later);
      if (earlier !== undefined) repeats.push([earlier, later]);
    }
    for (const [earlier, later] of repeats) {
      expect(later.value).toBeGreaterThan(earlier.value);
      expect(later.sequence).toBeGreaterThan(earlier.sequence ?? 0);
      expect(later.receivedAt).toBeGreaterThan(earlier.receivedAt);
      const { value, sequence, receivedAt, attribution, ...same } = earlier;
      expect(later).toMatchObject(same);
    }
    expect(new Set(repeats.map(([, { metric }]) => metric))).toEqual(new Set(["INP", "CLS"]));
    expect(repeats.length / ALL.length).toBeGreaterThan(0.01);
    expect(repeats.length / ALL.length).toBeLessThan(0.04);
  });

  it("contains all devices and navigation types, and about 2 % bots without interactions", () => {
    const share = (wanted: (m: Measurement) => boolean): number => ALL.filter(wanted).length / ALL.length;
    expect(new Set(ALL.map(({ device }) => device))).toEqual(new Set(DEVICES));
    expect(new Set(ALL.map(({ navigationType }) => navigationType))).toEqual(new Set(NAVIGATION_TYPES));
    expect(share(({ device }) => device === "bot")).toBeCloseTo(0.02, 2);
    expect(ALL.some(({ device, metric }) => device === "bot" && metric === "INP")).toBe(false);
    expect(share(({ navigationType }) => navigationType === "back-forward-cache")).toBeCloseTo(0.1, 1);
    expect(share(({ navigationType }) => navigationType === "soft-navigation")).toBeCloseTo(0.1, 1);
  });
});

describe("sampleBeacons, values", () => {
  it("are in order within a view: TTFB <= FCP <= LCP", () => {
    const views = BEACONS.map(({ measurements }) =>
      (["TTFB", "FCP", "LCP"] as const).map((name) => measurements.find((m) => m.metric === name)?.value),
    ).filter(([, , lcp]) => lcp !== undefined);
    expect(views.length).toBeGreaterThan(50_000);
    const inOrder = ([ttfb = Number.NaN, fcp = Number.NaN, lcp = Number.NaN]: (
      | number
      | undefined
    )[]): boolean => ttfb <= fcp && fcp <= lcp;
    expect(views.filter((view) => !inOrder(view))).toEqual([]);
  });

  it("differ by device", () => {
    for (const metric of ["TTFB", "FCP", "LCP", "INP"] as const) {
      const medians = (["bot", "desktop", "tablet", "mobile"] as Device[])
        .filter((device) => metric !== "INP" || device !== "bot")
        .map((device) =>
          quantile(
            valuesOf(metric, (m) => isLoad(m) && m.device === device),
            0.5,
          ),
        );
      expect(medians).toEqual([...medians].sort((a, b) => a - b));
    }
    const desktop = quantile(
      valuesOf("LCP", (m) => isLoad(m) && m.device === "desktop"),
      0.5,
    );
    const mobile = quantile(
      valuesOf("LCP", (m) => isLoad(m) && m.device === "mobile"),
      0.5,
    );
    expect(desktop).toBeGreaterThan(700);
    expect(desktop).toBeLessThan(1_300);
    expect(mobile).toBeGreaterThan(1_400);
    expect(mobile).toBeLessThan(2_300);
    expect(p75("INP", ({ device }) => device === "mobile")).toBeGreaterThan(150);
    expect(p75("INP", ({ device }) => device === "mobile")).toBeLessThan(300);
  });

  it("are log-normal: the logarithms of LCP are symmetric around their median", () => {
    const lcp = valuesOf("LCP", (m) => isLoad(m) && m.device === "mobile" && m.route === "/");
    const log = (q: number): number => Math.log(quantile(lcp, q));
    const upper = log(0.95) - log(0.5);
    const lower = log(0.5) - log(0.05);
    expect(upper / lower).toBeGreaterThan(0.8);
    expect(upper / lower).toBeLessThan(1.3);
  });

  it("have a CLS that is often exactly 0 and never negative", () => {
    const cls = valuesOf("CLS", () => true);
    const still = cls.filter((value) => value === 0).length / cls.length;
    expect(still).toBeGreaterThan(0.4);
    expect(still).toBeLessThan(0.65);
    expect(Math.min(...cls.filter((value) => value !== 0))).toBeGreaterThan(0);
    expect(quantile(cls, 0.75)).toBeLessThan(0.1);
    expect(quantile(cls, 0.97)).toBeGreaterThan(0.1);
  });

  it("have a TTFB of 0 without a document", () => {
    const none = ["back-forward-cache", "soft-navigation", "prerender"];
    const ttfb = [...FIRST.values()].filter(({ metric }) => metric === "TTFB");
    expect(ttfb.filter((m) => (m.value === 0) !== none.includes(m.navigationType ?? ""))).toEqual([]);
  });

  it("add up from their subparts, on plausible elements", () => {
    const partsOf: Record<Metric, string[]> = {
      LCP: ["timeToFirstByte", "resourceLoadDelay", "resourceLoadDuration", "elementRenderDelay"],
      INP: ["inputDelay", "processingDuration", "presentationDelay"],
      FCP: ["timeToFirstByte", "firstByteToFCP"],
      TTFB: ["waitingDuration", "cacheDuration", "dnsDuration", "connectionDuration", "requestDuration"],
      CLS: [],
    };
    const addsUp = (m: Measurement): boolean => {
      const parts = partsOf[m.metric].map((name) => number(m, name));
      return parts.every((part) => part >= 0) && Math.abs(parts.reduce((a, b) => a + b) - m.value) < 1e-6;
    };
    const of = (metric: Metric): Measurement[] => ALL.filter((m) => m.metric === metric);
    for (const metric of ["LCP", "INP", "FCP", "TTFB"] as const) {
      expect(of(metric).filter((m) => !addsUp(m))).toEqual([]);
    }
    const lcp = of("LCP").map((m) => ({ ...m, target: m.attribution?.target, image: m.attribution?.url }));
    expect(
      lcp.filter((m) => (m.target === undefined) !== (m.navigationType === "back-forward-cache")),
    ).toEqual([]);
    expect(lcp.filter((m) => m.image !== undefined && !/img/.test(String(m.target)))).toEqual([]);
    expect(lcp.filter((m) => m.image === undefined && number(m, "resourceLoadDuration") > 0)).toEqual([]);
    const inp = of("INP");
    expect(inp.filter((m) => m.value % 8 !== 0 || !m.attribution?.interactionTarget)).toEqual([]);
    const painted = (m: Measurement): number => number(m, "nextPaintTime") - number(m, "interactionTime");
    expect(inp.filter((m) => Math.abs(painted(m) - m.value) > 1e-6)).toEqual([]);
    const cls = of("CLS");
    expect(cls.filter((m) => (m.value === 0) !== (m.attribution === null))).toEqual([]);
    const shifted = cls.filter((m) => m.value > 0);
    expect(shifted.filter((m) => number(m, "largestShiftValue") > m.value)).toEqual([]);
    expect(shifted.filter((m) => !m.attribution?.largestShiftTarget)).toEqual([]);
  });
});

describe("sampleBeacons, releases", () => {
  const deploys = makeDeploys(OPTIONS.seed, WINDOW);
  const versions = (of: "regressed" | "improved"): Set<string> =>
    new Set(deploys.filter(({ build }) => build[of]).map(({ build }) => build.version));
  const regressed = versions("regressed");
  const improved = versions("improved");

  /** p75 with one of the builds as a share of the p75 with all others; by device, so that no mix interferes. */
  const change = (metric: Metric, builds: Set<string>, wanted: (m: Measurement) => boolean): number => {
    const of = (device: Device, after: boolean): number =>
      p75(
        metric,
        (m) => isLoad(m) && m.device === device && wanted(m) && builds.has(m.buildVersion) === after,
      );
    const ratio = (device: Device): number => of(device, true) / of(device, false);
    return Math.sqrt(ratio("mobile") * ratio("desktop"));
  };

  it("contain a regression on one route: LCP by a third, from render delay, and INP on its main button", () => {
    const route = (m: Measurement): boolean => m.route === REGRESSED_ROUTE;
    expect(change("LCP", regressed, route)).toBeGreaterThan(1.22);
    expect(change("LCP", regressed, route)).toBeLessThan(1.5);
    expect(change("FCP", regressed, route)).toBeLessThan(1.12);
    expect(change("INP", regressed, route)).toBeGreaterThan(1.1);
    const main = (m: Measurement): boolean => route(m) && m.attribution?.interactionTarget === "button.save";
    const others = (m: Measurement): boolean =>
      route(m) && m.attribution?.interactionTarget !== "button.save";
    expect(change("INP", regressed, main)).toBeGreaterThan(1.4);
    expect(change("INP", regressed, others)).toBeLessThan(1.2);
  });

  it("contain an improvement on another route", () => {
    const route = (m: Measurement): boolean => m.route === IMPROVED_ROUTE;
    expect(change("LCP", improved, route)).toBeLessThan(0.95);
    expect(change("FCP", improved, route)).toBeGreaterThan(0.9);
  });

  it("change no other route", () => {
    for (const builds of [regressed, improved]) {
      for (const metric of ["LCP", "INP", "TTFB"] as const) {
        const others = change(
          metric,
          builds,
          (m) => m.route !== REGRESSED_ROUTE && m.route !== IMPROVED_ROUTE,
        );
        expect(Math.abs(others - 1)).toBeLessThan(0.08);
      }
    }
  });

  it("continue in old tabs: some measurements of a build follow long after the next deploy", () => {
    const second = deploys[2];
    if (second === undefined) throw new Error("no second release");
    const late = ALL.filter(
      (m) => m.buildVersion === deploys[1]?.build.version && m.receivedAt > second.at + second.rollout + HOUR,
    );
    expect(late.length).toBeGreaterThan(10);
    // Repeated reports and restores can be late as well, but nothing is loaded anew from an old build.
    const loaded = late.filter((m) => isLoad(m) && (timeInId(m.id) ?? 0) > second.at + second.rollout + HOUR);
    expect(loaded).toEqual([]);
  });
});

describe("sampleBeacons, traffic", () => {
  it("follows day and week", () => {
    const byHour = Array<number>(24).fill(0);
    const byDay = Array<number>(7).fill(0);
    for (const { receivedAt } of BEACONS) {
      const date = new Date(receivedAt);
      byHour[date.getUTCHours()] = (byHour[date.getUTCHours()] ?? 0) + 1;
      byDay[date.getUTCDay()] = (byDay[date.getUTCDay()] ?? 0) + 1;
    }
    const monday = Date.parse("2026-11-16T00:00:00Z");
    for (let hour = 0; hour < 24; hour += 1) {
      const expected = trafficAt(monday + hour * HOUR) / trafficAt(monday + 16 * HOUR);
      const found = (byHour[hour] ?? 0) / (byHour[16] ?? 0);
      expect(Math.abs(found - expected)).toBeLessThan(0.08);
    }
    const [sunday = 0, , tuesday = 0, , , , saturday = 0] = byDay;
    expect(sunday / tuesday).toBeLessThan(0.75);
    expect(saturday / tuesday).toBeLessThan(0.75);
  });

  it("has fewer phones in working hours, and a constant rate of bots", () => {
    const share = (device: Device, iso: string): number => {
      const time = Date.parse(iso);
      let of = 0;
      for (let i = 0; i < 1_000; i += 1) if (deviceAt(time, (i + 0.5) / 1_000) === device) of += 1;
      return of / 1_000;
    };
    expect(share("mobile", "2026-11-17T22:30:00Z")).toBeGreaterThan(
      share("mobile", "2026-11-17T11:30:00Z") + 0.1,
    );
    expect(share("mobile", "2026-11-15T11:30:00Z")).toBeGreaterThan(
      share("mobile", "2026-11-17T11:30:00Z") + 0.1,
    );
    expect(share("bot", "2026-11-17T04:30:00Z")).toBeGreaterThan(2 * share("bot", "2026-11-17T16:30:00Z"));
  });

  it("distributes routes by Zipf's law", () => {
    const visits = new Map<string, number>();
    for (const { metric, route, device, navigationType } of FIRST.values()) {
      if (metric === "TTFB" && navigationType === "navigate" && device !== "bot") {
        visits.set(route, (visits.get(route) ?? 0) + 1);
      }
    }
    expect(visits.size).toBe(40);
    const of = (route: string): number => visits.get(route) ?? 0;
    expect(of("/") / of("/products/[id]")).toBeCloseTo(2, 0);
    expect(of("/") / of("/pricing")).toBeGreaterThan(10);
    expect(of("/") / of("/pricing")).toBeLessThan(16);
  });

  it("varies by 5 % per hour and 3 % per day", () => {
    const noise = makeNoise(1, USUAL_NOISE);
    const logs = Array.from({ length: 5_000 }, (_, hour) => Math.log(noise(hour * HOUR)));
    const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
    expect(deviation).toBeCloseTo(Math.hypot(0.05, 0.03), 2);
    expect(noise(10 * HOUR)).toBe(noise(11 * HOUR - 1));
  });
});

it("sampleBeacons keeps its visitors with other routes", () => {
  const deploys = makeDeploys(1, WINDOW);
  const visitors = (routes: number) => {
    const streams = { visitors: new Random(1, "visitors"), paths: new Random(1, "paths") };
    const visit = makeVisits(streams, makeRoutes(1, routes), deploys);
    return Array.from({ length: 500 }, (_, i) => visit(i, WINDOW.from + i * HOUR)[0]?.visitor);
  };
  expect(visitors(10)).toEqual(visitors(100));
});

it("makeRoutes returns as many different routes as requested, without numeric segments", () => {
  for (const count of [3, 16, 17, 100, 2_000]) {
    const routes = makeRoutes(1, count).map(({ route }) => route);
    expect(new Set(routes).size).toBe(count);
    expect(routes).toContain(REGRESSED_ROUTE);
    expect(routes).toContain(IMPROVED_ROUTE);
  }
});
