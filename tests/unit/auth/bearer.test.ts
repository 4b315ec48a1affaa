import { describe, expect, it } from "vitest";
import { hasBearerToken } from "../../../app/auth/bearer.server";
import { isFromLoopback } from "../../../app/auth/loopback";

const TOKEN = "0123456789abcdef";

const request = (authorization?: string): Request =>
  new Request("http://cockpit.example/", { headers: authorization === undefined ? {} : { authorization } });

describe("hasBearerToken", () => {
  it.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `Bearer   ${TOKEN}  `])("accepts %j", (header) => {
    expect(hasBearerToken(request(header), TOKEN)).toBe(true);
  });

  it.each([
    ...[
      "",
      "Bearer",
      "Bearer ",
      TOKEN,
      `Basic ${TOKEN}`,
      `Bearer${TOKEN}`,
      `Bearer ${TOKEN}x`,
      `Bearer x${TOKEN}`,
    ],
    ...[
      `Bearer ${TOKEN.slice(1)}`,
      `Bearer ${TOKEN.toUpperCase()}`,
      `Bearer ${TOKEN} ${TOKEN}`,
      "Bearer null",
    ],
  ])("rejects %j", (header) => {
    expect(hasBearerToken(request(header), TOKEN)).toBe(false);
  });

  it("rejects a request without a header, and every request without a configured token", () => {
    expect(hasBearerToken(request(), TOKEN)).toBe(false);
    for (const header of [undefined, "Bearer null", "Bearer ", `Bearer ${TOKEN}`]) {
      expect(hasBearerToken(request(header), null)).toBe(false);
    }
  });

  it("accepts every configurable token, with blanks and beyond ASCII", () => {
    for (const token of ["open the door please", "pässwort-für-alle", "版本-token-0123456"]) {
      const sent = Buffer.from(token, "utf8").toString("latin1");
      expect(hasBearerToken(request(`Bearer ${sent}`), token)).toBe(true);
    }
  });
});

describe("isFromLoopback", () => {
  it.each([
    ["127.0.0.1", true],
    ["127.8.8.8", true],
    ["::1", true],
    ["10.0.0.1", false],
    ["203.0.113.9", false],
    ["127.0.0.1.evil.example", false],
    ["127.0.0", false],
    ["::ffff:127.0.0.1", false],
    ["", false],
  ])("is, for the address %s, %s", (address, expected) => {
    expect(isFromLoopback(new Headers({ "x-client-address": address }))).toBe(expected);
  });

  it("returns false behind an untrusted proxy and without an address", () => {
    expect(isFromLoopback(new Headers({ "x-client-address": "127.0.0.1", "x-forwarded-seen": "1" }))).toBe(
      false,
    );
    expect(isFromLoopback(new Headers())).toBe(false);
  });
});
