import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gateResult } from "../../../../app/presenters/api/gate";
import { DEFAULT_GATE } from "../../../../app/presenters/api/gate-options";
import { p75Without } from "../../../../app/presenters/sources/source-text";
import { releaseSourcesModel, sourcesJson, sourcesModel } from "../../../../app/presenters/sources/sources";
import { quantile } from "../../../../app/stats/sketch/sketch";
import type { LargestSource } from "../../../../app/vitals/sources";
import { examples } from "../../../support/measurements";
import { comparisonOf } from "../comparison/comparisons";
import { sketchesOf, sketchOf } from "../sketches";
import { NOW, viewOf } from "../views";

const SOURCE: LargestSource = {
  ...{ metric: "LCP", kind: "address", browser: "Chrome", device: "desktop", origin: "https://shop.example" },
  ...{ key: 1, count: 192, of: 5_000, share: 0.0384, usualShare: null, isUnusual: false },
};

const view = viewOf([{ LCP: [...Array.from({ length: 4_808 }, (_, i) => 500 + i / 2), [9_000, 192]] }]);
const since = view.window.from;
const plain = (text: string | undefined): string => (text ?? "").replaceAll("\u202f", " ");
const modelOf = (largest: LargestSource[], from = since) =>
  sourcesModel({ since: from, largest }, view, { tz: "UTC" }, NOW);

describe("sourcesModel", () => {
  it("names the largest source, and between what the p75 is without it", () => {
    const model = modelOf([SOURCE]);
    expect(model?.isWarning).toBe(false);
    expect(plain(model?.summary)).toBe("Largest source: 3.8 % of LCP (192 of 5,000)");
    expect(model?.lines.map(plain)).toEqual([
      "3.8 % of LCP (192 of 5,000): one network address, Chrome desktop, from https://shop.example. Without it, whatever it sent, the p75 would be 2.30 s to 2.39 s instead of 2.37 s (LCP).",
    ]);
    expect(model?.note).toBe("Counted in the memory of this process; no address is stored.");
  });

  it("names since when sources are known, where that is later than the view", () => {
    expect(modelOf([SOURCE], since + 3_600_000)?.note).toMatch(/ since 22 Nov 14:00 UTC;/);
  });

  it("warns first of what dominates, with its usual share", () => {
    const large = { ...SOURCE, key: 2, metric: "INP", share: 0.5, usualShare: 0.5 } as const;
    const unusual = { ...SOURCE, share: 0.2, isUnusual: true, usualShare: 0.01 };
    const model = modelOf([large, unusual]);
    expect(model?.isWarning).toBe(true);
    expect(plain(model?.summary)).toBe("One source dominates this view: it sent 20 % of LCP (192 of 5,000).");
    expect(plain(model?.lines[0])).toMatch(/ Its share elsewhere is 1\.0 %\.$/);
    expect(modelOf([{ ...unusual, usualShare: null }])?.lines[0]).toMatch(/Too little else is known/);
  });

  it("names a source once for all of its metrics", () => {
    const both = modelOf([{ ...SOURCE, metric: "INP" }, SOURCE, { ...SOURCE, metric: "CLS", key: 2 }]);
    expect(both?.lines.map((line) => plain(line).split(":")[0])).toEqual([
      "3.8 % of INP and LCP (192 of 5,000)",
      "3.8 % of CLS (192 of 5,000)",
    ]);
    const counts = modelOf([{ ...SOURCE, metric: "INP", count: 150, of: 3_000, share: 0.05 }, SOURCE]);
    expect(plain(counts?.lines[0])).toMatch(
      /^5\.0 % of INP \(150 of 3,000\) and 3\.8 % of LCP \(192 of 5,000\):/,
    );
  });

  it("explains a source that sends everything", () => {
    expect(modelOf([{ ...SOURCE, share: 1 }])?.lines[0]).toMatch(/TRUST_PROXY does not name/);
  });

  it("describes what differs and what is missing", () => {
    const mixed = {
      ...SOURCE,
      kind: "network",
      browser: undefined,
      device: null,
      origin: undefined,
    } as const;
    expect(modelOf([mixed])?.lines[0]).toMatch(
      /: addresses of one network, several browsers, from several origins\./,
    );
    expect(modelOf([{ ...SOURCE, browser: null, origin: null }])?.lines[0]).toMatch(
      /: one network address, no known browser desktop, without an origin\./,
    );
  });

  it("is absent where nothing is known or nothing is large", () => {
    expect(modelOf([])).toBeNull();
    expect(sourcesModel(null, view, { tz: "UTC" }, NOW)).toBeNull();
  });
});

describe("p75Without", () => {
  it("contains the p75 of the others, whatever a source sent", () => {
    const value = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 60, maxLength: 200 }),
        fc.array(value, { minLength: 1, maxLength: 60 }),
        (others, own) => {
          const all = sketchOf("LCP", [...others, ...own]);
          const bounds = p75Without(all, own.length / (own.length + others.length));
          const honest = quantile(sketchOf("LCP", others), 0.75) ?? 0;
          // A rank between two samples belongs to either of them.
          const sorted = [...others, ...own].sort((a, b) => a - b);
          const slack = Math.max(...sorted.map((one, i) => one - (sorted[i - 1] ?? one)));
          expect(honest).toBeGreaterThanOrEqual((bounds?.low ?? 0) * 0.99 - slack);
          expect(honest).toBeLessThanOrEqual((bounds?.high ?? 0) * 1.01 + slack);
        },
      ),
      examples(200),
    );
  });

  it("is absent where too few samples remain", () => {
    expect(p75Without(sketchOf("LCP", [[1, 40]]), 0.5)).toBeNull();
  });
});

describe("releaseSourcesModel", () => {
  it("has the largest source of each release, and warns of those that one dominates", () => {
    const model = releaseSourcesModel(
      new Map([
        ["2.4.1", { since, largest: [{ ...SOURCE, isUnusual: true }] }],
        ["2.4.0", { since, largest: [] }],
        ["2.3.9", null],
      ]),
      { tz: "UTC" },
      NOW,
    );
    expect(model?.summary).toBe("One source dominates 2.4.1.");
    expect(model?.lines.map(plain)).toEqual([
      "2.4.1: 3.8 % of LCP (192 of 5,000): one network address, Chrome desktop, from https://shop.example.",
    ]);
    expect(releaseSourcesModel(new Map([["2.3.9", null]]), { tz: "UTC" }, NOW)).toBeNull();
  });
});

describe("sourcesJson", () => {
  it("has null for what is not common, and the bounds of the p75", () => {
    const mixed = { ...SOURCE, browser: undefined, origin: undefined };
    const json = sourcesJson({ since, largest: [mixed] }, view.total);
    expect(json?.since).toBe("2026-11-22T13:00:00.000Z");
    expect(json?.largest[0]).toMatchObject({ browser: null, origin: null, share: 0.0384, dominates: false });
    expect(json?.largest[0]?.p75Without?.low).toBeLessThan(quantile(view.total.LCP, 0.75) ?? 0);
  });
});

describe("the gate", () => {
  const side = (largest: LargestSource[]) => ({ sources: { since, largest }, total: view.total });
  const compared = comparisonOf({ previous: sketchesOf({}) });
  const resultOf = (source: LargestSource) =>
    gateResult(compared, { ...DEFAULT_GATE, metrics: ["LCP"] }, null, "https://cockpit.example/", {
      current: side([source]),
      baseline: side([]),
    });

  it("names the largest source in its JSON, text and Markdown, without another outcome", () => {
    const { json, text, markdown, status } = resultOf(SOURCE);
    expect(json.sources?.current?.largest).toMatchObject([{ metric: "LCP", count: 192, of: 5_000 }]);
    expect(json.sources?.baseline?.largest).toEqual([]);
    expect(plain(text)).toContain(
      "Largest source of 2.4.1: 3.8 % of LCP (192 of 5,000): one network address",
    );
    expect(plain(markdown)).toContain("3.8 % of LCP (192 of 5,000): one network address, Chrome desktop");
    expect(status).toBe(gateResult(compared, { ...DEFAULT_GATE, metrics: ["LCP"] }, null, "").status);
  });

  it("writes no link that a sender chose", () => {
    expect(resultOf({ ...SOURCE, origin: "https://evil.example" }).markdown).not.toContain("https://evil");
  });

  it("leaves out metrics that it does not judge", () => {
    expect(resultOf({ ...SOURCE, metric: "INP" }).text).not.toContain("source");
  });
});
