import { describe, expect, test } from "vitest";
import { expiredSessionCookies, sessionCookie, sessionCookieValues } from "../../../app/auth/session-cookie";

describe("the cookie", () => {
  test("of http", () => {
    expect(sessionCookie("vitals", "a.b", { secure: false, maxAge: 604800 })).toBe(
      "vitals=a.b; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax",
    );
  });

  test("of https is secure, and of this host alone", () => {
    expect(sessionCookie("vitals", "a.b", { secure: true, maxAge: 604800 })).toBe(
      "__Host-vitals=a.b; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure",
    );
  });

  test("below a path of a site is for that path alone", () => {
    expect(sessionCookie("vitals", "a.b", { secure: true, basePath: "/perf", maxAge: 604800 })).toBe(
      "vitals=a.b; Path=/perf/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure",
    );
  });

  test("is taken away under each name by which the client may have it", () => {
    expect(expiredSessionCookies("vitals", false)).toEqual([
      "vitals=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
    ]);
    expect(expiredSessionCookies("vitals", true)).toEqual([
      "__Host-vitals=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
      "vitals=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
    ]);
  });
});

describe("among a request's cookies", () => {
  test.each([
    [null, []],
    ["", []],
    ["; ;=; = ;vitals", [""]],
    ["vitals=a.b", ["a.b"]],
    ["other=1; vitals=a.b; more=2", ["a.b"]],
    ["vitals=set-over-http; __Host-vitals=set-over-https", ["set-over-http", "set-over-https"]],
    ["vitals=a; vitals=b", ["a", "b"]],
    ["vitals=a=b=", ["a=b="]],
    ["xvitals=a; vitalsx=b; VITALS=c; __Secure-vitals=d; __host-vitals=e", []],
  ])("%j holds %j", (header, texts) => {
    expect(sessionCookieValues(header, "vitals")).toEqual(texts);
  });
});
