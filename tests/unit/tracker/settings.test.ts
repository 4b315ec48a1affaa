import { describe, expect, it } from "vitest";
import { readSettings, toSampleRate } from "../../../app/tracker/settings";

const PAGE = "https://shop.example/a/b?c=d";

const tag = (attributes: Record<string, string> = {}, src = "https://vitals.example/vitals/abc.js?x#y") => ({
  src,
  getAttribute: (name: string) => attributes[name] ?? null,
});

const read = (attributes: Record<string, string>, chance = 0) => readSettings(tag(attributes), PAGE, chance);

describe("readSettings", () => {
  it("measures every page and sends to the script's origin without attributes", () => {
    expect(readSettings(tag(), PAGE, 0.999_999)).toEqual({
      endpoint: "https://vitals.example/readings",
      buildVersion: undefined,
      environment: undefined,
      route: undefined,
      sampled: true,
      softNavigations: false,
      frames: false,
    });
  });

  it("reads every attribute, trimmed", () => {
    const settings = read({
      "data-build-version": "\n  2.4.1\n",
      "data-environment": "production",
      "data-route": " /workspace/[id] ",
      "data-sample-rate": "0.25",
      "data-soft-navigations": "",
      "data-frames": "",
      "data-endpoint": "https://collector.example/in?site=1",
    });
    expect(settings).toEqual({
      endpoint: "https://collector.example/in?site=1",
      buildVersion: "2.4.1",
      environment: "production",
      route: "/workspace/[id]",
      sampled: true,
      softNavigations: true,
      frames: true,
    });
  });

  it.each([
    ["/collect", "https://shop.example/collect"],
    ["collect", "https://shop.example/a/collect"],
    ["//other.example/c", "https://other.example/c"],
    ["", "https://vitals.example/readings"],
    ["javascript:alert(1)", "https://vitals.example/readings"],
    ["http://[", "https://vitals.example/readings"],
  ])("resolves the endpoint %j to %s", (endpoint, expected) => {
    expect(read({ "data-endpoint": endpoint })?.endpoint).toBe(expected);
  });

  it.each([
    ["https://vitals.example/vitals.js", "https://vitals.example/readings"],
    ["https://vitals.example/vitals/0123456789abcdef.js", "https://vitals.example/readings"],
    ["http://vitals/vitals.js?v=1", "http://vitals/readings"],
    ["http://vitals/x.js", "http://vitals/readings"],
    ["https://shop.example/vitals/vitals.js", "https://shop.example/vitals/readings"],
    ["https://shop.example/vitals/vitals/0123456789abcdef.js", "https://shop.example/vitals/readings"],
    ["https://shop.example/assets/v.js#x", "https://shop.example/assets/readings"],
    ["https://shop.example/v.js", "https://shop.example/readings"],
  ])("sends measurements of %s to %s", (src, endpoint) => {
    expect(readSettings(tag({}, src), PAGE, 0)?.endpoint).toBe(endpoint);
  });

  it.each([
    ["https://vitals.example/m.js?v=1#x", "in", "https://vitals.example/in"],
    ["https://shop.example/vitals/m.js", "in", "https://shop.example/vitals/in"],
    ["https://shop.example/vitals/static/m.js", "../in", "https://shop.example/vitals/in"],
    ["https://shop.example/vitals/vitals/0123456789abcdef.js", "../a/b", "https://shop.example/vitals/a/b"],
  ])("sends measurements of %s to %s relative to it", (src, reference, endpoint) => {
    expect(readSettings(tag({}, src), PAGE, 0, reference)?.endpoint).toBe(endpoint);
    expect(readSettings(tag({ "data-endpoint": "/c" }, src), PAGE, 0, reference)?.endpoint).toBe(
      "https://shop.example/c",
    );
  });

  it.each([
    "",
    "data:text/javascript,1",
    "blob:https://shop.example/1",
  ])("returns null for the script's source %j", (src) => {
    expect(readSettings(tag({}, src), PAGE, 0)).toBeNull();
    expect(readSettings(tag({ "data-endpoint": "/c" }, src), PAGE, 0)?.endpoint).toBe(
      "https://shop.example/c",
    );
  });

  it("samples the given share of page loads", () => {
    const sampled = (rate: string, chance: number) => read({ "data-sample-rate": rate }, chance)?.sampled;
    expect(sampled("0.25", 0.249)).toBe(true);
    expect(sampled("0.25", 0.25)).toBe(false);
    expect(sampled("0", 0)).toBe(false);
    expect(sampled("1", 0.999_999)).toBe(true);
  });

  it("reads soft navigations from an attribute without value, and its negation", () => {
    expect(read({ "data-soft-navigations": "true" })?.softNavigations).toBe(true);
    expect(read({ "data-soft-navigations": " false " })?.softNavigations).toBe(false);
    expect(read({ "data-frames": "false" })?.frames).toBe(false);
  });

  it("omits labels that a collector would reject", () => {
    const settings = read({
      "data-build-version": "2\u0000",
      "data-route": `/${"x".repeat(2048)}`,
      "data-environment": "\ud800",
    });
    expect(settings).toMatchObject({ buildVersion: undefined, route: undefined, environment: undefined });
  });
});

describe("toSampleRate", () => {
  it.each([
    ["0", 0],
    ["1", 1],
    [" 0.5 ", 0.5],
    ["1e-3", 0.001],
  ])("reads %j", (text, rate) => {
    expect(toSampleRate(text)).toBe(rate);
  });

  it.each([
    null,
    "",
    "  ",
    "half",
    "50%",
    "-0.1",
    "1.01",
    "NaN",
    "Infinity",
    "0,5",
  ])("returns 1 for %j", (text) => {
    expect(toSampleRate(text)).toBe(1);
  });
});
