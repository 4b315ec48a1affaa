import { describe, expect, test } from "vitest";
import { expiredSessionCookies, sessionCookie, sessionCookieValues } from "../../../app/auth/session-cookie";

describe("sessionCookie", () => {
  test("has the plain name over http", () => {
    expect(sessionCookie("vitals", "a.b", { secure: false, maxAge: 604800 })).toBe(
      "vitals=a.b; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax",
    );
  });

  test("is Secure and __Host- over https", () => {
    expect(sessionCookie("vitals", "a.b", { secure: true, maxAge: 604800 })).toBe(
      "__Host-vitals=a.b; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure",
    );
  });

  test("is limited to the base path", () => {
    expect(sessionCookie("vitals", "a.b", { secure: true, basePath: "/perf", maxAge: 604800 })).toBe(
      "vitals=a.b; Path=/perf/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure",
    );
  });

  test("expires under each name that the client may have stored", () => {
    expect(expiredSessionCookies("vitals", false)).toEqual([
      "vitals=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
    ]);
    expect(expiredSessionCookies("vitals", true)).toEqual([
      "__Host-vitals=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
      "vitals=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
    ]);
  });
});

describe("sessionCookieValues", () => {
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
  ])("finds in %j the values %j", (header, texts) => {
    expect(sessionCookieValues(header, "vitals")).toEqual(texts);
  });
});
