import { describe, expect, it } from "vitest";
import { enginesLegend, enginesText } from "../../../../app/presenters/page/engines";

describe("enginesText", () => {
  it("names the only engine that reports a metric, or all", () => {
    expect(enginesText("CLS")).toBe("Chromium only");
    expect(enginesText("LCP")).toBe("all engines");
  });
});

describe("enginesLegend", () => {
  it("says which engines report which metrics", () => {
    expect(enginesLegend()).toBe(
      "n is of the page views that report a metric: INP, LCP, FCP and TTFB from Chromium, Firefox and Safari; CLS from Chromium only. Safari reports INP and LCP since 26.2.",
    );
  });
});
