import { describe, expect, it } from "vitest";
import { parseCspReport } from "../../../app/observability/csp-reports.server";

const report = (fields: Record<string, unknown>): string => JSON.stringify({ "csp-report": fields });

describe("parseCspReport", () => {
  it("names the directive, the page and the origin of what was blocked, without queries", () => {
    const text = report({
      "document-uri": "https://vitals.example/admin/performance?route=%2Fsecret",
      "violated-directive": "script-src-elem",
      "effective-directive": "script-src-elem",
      "original-policy": "default-src 'none'",
      "blocked-uri": "https://evil.example/x.js?token=1",
      "status-code": 200,
    });
    expect(parseCspReport(text)).toEqual({
      directive: "script-src-elem",
      page: "/admin/performance",
      blocked: "https://evil.example",
    });
  });

  it.each([
    ["inline", "inline"],
    ["trusted-types-sink", "trusted-types-sink"],
    ["data:text/html,<b>", "data:"],
    ["<b>not a URL</b>", ""],
    [undefined, ""],
  ])("names what was blocked: %s", (uri, blocked) => {
    expect(parseCspReport(report({ "blocked-uri": uri }))).toEqual({ directive: "other", page: "", blocked });
  });

  it("counts unknown directives as one, so that a sender makes no new series", () => {
    expect(parseCspReport(report({ "violated-directive": "img-src https:" }))?.directive).toBe("img-src");
    expect(parseCspReport(report({ "violated-directive": "made-up" }))?.directive).toBe("other");
  });

  it.each([
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"csp-report":1}',
    report({ "document-uri": 1 }),
  ])("refuses %j", (text) => {
    expect(parseCspReport(text)).toBeNull();
  });
});
