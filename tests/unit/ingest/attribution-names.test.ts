import { describe, expect, it } from "vitest";
import { withCurrentNames } from "../../../app/ingest/attribution-names";

describe("withCurrentNames", () => {
  it.each([
    ["LCP of web-vitals 4", { element: "main>img" }, { target: "main>img" }],
    ["LCP of web-vitals 3", { resourceLoadTime: 12 }, { resourceLoadDuration: 12 }],
    ["INP of web-vitals 3", { eventTarget: "button" }, { interactionTarget: "button" }],
    [
      "TTFB of web-vitals 3",
      { waitingTime: 1, dnsTime: 0, connectionTime: 3, requestTime: 4 },
      { waitingDuration: 1, dnsDuration: 0, connectionDuration: 3, requestDuration: 4 },
    ],
    [
      "INP of web-vitals 5",
      { longestScript: { subpart: "processing-duration", entry: { sourceURL: "/app.js" } } },
      { longestScriptSubpart: "processing-duration", longestScriptURL: "/app.js" },
    ],
    [
      "a script without an entry",
      { longestScript: { subpart: "input-delay" } },
      { longestScriptSubpart: "input-delay" },
    ],
    ["what has both names", { target: "new", element: "old" }, { target: "new" }],
  ])("renames %s", (_, attribution, expected) => {
    expect(withCurrentNames(attribution)).toMatchObject(expected);
  });

  it.each([["a text"], [null], [undefined], [7], [[1]]])("returns %o unchanged", (attribution) => {
    expect(withCurrentNames(attribution)).toEqual(attribution);
  });

  it("ignores inherited properties", () => {
    const inherited = withCurrentNames(JSON.parse('{"__proto__":{"element":"x"}}')) as Record<
      string,
      unknown
    >;
    expect(inherited.target).toBeUndefined();
  });
});
