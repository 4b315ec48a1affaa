import { describe, expect, it } from "vitest";
import { parseTokenRequest, tokenFields } from "../../../app/auth/token-request";

const NOW = Date.parse("2026-11-29T12:00:00Z");
const parse = (form: string) => parseTokenRequest(tokenFields(new URLSearchParams(form)), NOW);

describe("parseTokenRequest", () => {
  it("accepts a name and scopes, in the order of the scopes", () => {
    expect(parse("name=+CI+of+the+shop+&scope=announce&scope=gate&scope=gate")).toEqual({
      name: "CI of the shop",
      scopes: ["gate", "announce"],
      expiresAt: null,
    });
  });

  it("ends a token after its last day", () => {
    expect(parse("name=a&scope=read&ends=2026-11-29")).toMatchObject({
      expiresAt: Date.parse("2026-11-30T00:00:00Z"),
    });
  });

  it.each([
    ["scope=read", "name"],
    ["name=+&scope=read", "name"],
    [`name=${"a".repeat(101)}&scope=read`, "at most 100"],
    ["name=a%0ab&scope=read", "control"],
    ["name=a%E2%80%A8b&scope=read", "control"],
    ["name=a", "scope"],
    ["name=a&scope=admin", "scope"],
    ["name=a&scope=read&scope=admin", "“admin”"],
    ["name=a&scope=READ", "scope"],
    ["name=a&scope=read&ends=2026-11-28", "passed"],
    ["name=a&scope=read&ends=2027-02-31", "date such as"],
    ["name=a&scope=read&ends=2027-13-01", "date such as"],
    ["name=a&scope=read&ends=tomorrow", "date such as"],
    ["name=a&scope=read&ends=%2B275760-09-14", "date such as"],
  ])("refuses %s with a sentence on what is wrong", (form, reason) => {
    expect(parse(form)).toEqual(expect.stringContaining(reason));
  });
});
