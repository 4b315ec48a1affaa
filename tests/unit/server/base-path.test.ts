import { describe, expect, it } from "vitest";
import { normaliseBasePath, withoutBasePath } from "../../../app/server/base-path.mjs";
import { belowBasePath } from "../../../app/server/base-path.server";

describe("normaliseBasePath", () => {
  it.each([
    [undefined, ""],
    ["", ""],
    ["/", ""],
    ["/vitals", "/vitals"],
    [" /vitals// ", "/vitals"],
    ["/a/b-c_d.e~f", "/a/b-c_d.e~f"],
    ["vitals", ""],
    ["//vitals.example", ""],
    ["https://vitals.example/a", ""],
    ["/a/../b", ""],
    ["/a%2Fb", ""],
    ['/a"b', ""],
    ["/a\r\nb", ""],
  ])("reads %j as %j", (text, path) => {
    expect(normaliseBasePath(text)).toBe(path);
  });
});

describe("withoutBasePath", () => {
  it.each([
    ["/vitals/admin/performance?a=/vitals/", "/admin/performance?a=/vitals/"],
    ["/vitals", "/"],
    ["/vitals/", "/"],
    ["/vitals?a=1", "/?a=1"],
    ["/vitals/vitals.js", "/vitals/vitals.js"],
    ["/vitals/vitals/0123456789abcdef.js", "/vitals/0123456789abcdef.js"],
    // A proxy has removed it already.
    ["/admin/performance", "/admin/performance"],
    ["/vitals.js", "/vitals.js"],
    ["/vitals/0123456789abcdef.js", "/vitals/0123456789abcdef.js"],
    ["/vitals-other/a", "/vitals-other/a"],
  ])("converts %s to %s", (url, path) => {
    expect(withoutBasePath(url, "/vitals")).toBe(path);
  });

  it("returns URLs unchanged at the root", () => {
    expect(withoutBasePath("/vitals/a", "")).toBe("/vitals/a");
  });
});

describe("belowBasePath", () => {
  it.each([
    ['<a href="/admin">', '<a href="/vitals/admin">'],
    ['<link rel="stylesheet" href="/build/a.css"/>', '<link rel="stylesheet" href="/vitals/build/a.css"/>'],
    ['<form method="post" action="/login">', '<form method="post" action="/vitals/login">'],
    ['<script type="module" src="/build/a.js">', '<script type="module" src="/vitals/build/a.js">'],
    ['<a href="#main">', '<a href="#main">'],
    ['<a href="?a=/b">', '<a href="?a=/b">'],
    ['<a href="https://grafana.example/">', '<a href="https://grafana.example/">'],
    ['<a href="//other.example/">', '<a href="//other.example/">'],
    // React writes what people type as entities, and JSON escapes what stands in a string.
    ["<p>a href=&quot;/x&quot;</p>", "<p>a href=&quot;/x&quot;</p>"],
    ['<script>{"a":" href=\\"/x\\""}</script>', '<script>{"a":" href=\\"/x\\""}</script>'],
  ])("converts %s to %s", (html, below) => {
    expect(belowBasePath(html, "/vitals")).toBe(below);
    expect(belowBasePath(html, "")).toBe(html);
  });
});
