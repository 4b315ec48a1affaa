import { describe, expect, it } from "vitest";
import { configuredPath, documentedUrl } from "../../../app/server/tracker-paths.mjs";

describe("configuredPath", () => {
  it.each([
    [undefined, "/vitals.js"],
    ["", "/vitals.js"],
    [" /static/m.js ", "/static/m.js"],
    ["/m/", "/vitals.js"],
    ["//cdn.example/m.js", "/vitals.js"],
    ["/a/../m.js", "/vitals.js"],
    ["/m.js?v=1", "/vitals.js"],
  ])("reads %j as %s", (text, path) => {
    expect(configuredPath(text, "/vitals.js")).toBe(path);
  });
});

describe("documentedUrl", () => {
  const PATHS = { script: "/static/m.js", beacon: "/in" };
  const script = (name: string, search = "") => ({ url: `/vitals.js${search}`, script: name });
  const beacon = (search = "") => ({ url: `/readings${search}`, script: null });

  it.each([
    ["/static/m.js", script("/static/m.js")],
    ["/static/m.js?v=1?2", script("/static/m.js", "?v=1?2")],
    ["/vitals.js", script("/vitals.js")],
    ["/in?build_version=1", beacon("?build_version=1")],
    ["/readings", null],
    ["/in/", null],
    ["/in/a", null],
    ["/static/m.jsx", null],
    ["/vitals/static/m.js", null],
    ["/vitals/0123456789abcdef.js", null],
    ["/admin?next=/in", null],
  ])("returns for %s at the root %j", (url, documented) => {
    expect(documentedUrl(url, "", PATHS)).toEqual(documented);
  });

  it.each([
    ["/vitals/static/m.js?a", script("/static/m.js", "?a")],
    ["/static/m.js", script("/static/m.js")],
    ["/vitals/in", beacon()],
    ["/in", beacon()],
    // Not a script under the name of its content.
    ["/vitals/vitals.js", script("/vitals.js")],
    ["/vitals/vitals/0123456789abcdef.js", null],
    ["/vitals/0123456789abcdef.js", null],
    ["/vitals-other/in", null],
  ])("returns for %s below /vitals %j", (url, documented) => {
    expect(documentedUrl(url, "/vitals", PATHS)).toEqual(documented);
  });

  it("recognises a script whose name looks like that of its content", () => {
    expect(documentedUrl("/vitals/m.js", "/vitals", { ...PATHS, script: "/m.js" })).toEqual(script("/m.js"));
  });
});
