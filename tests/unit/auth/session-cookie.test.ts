import { describe, expect, test } from "vitest";
import { type CookieScope, cookieValues, deleteCookie, setCookie } from "../../../app/auth/session-cookie";

const WEEK = 604_800_000;
const HTTP: CookieScope = { secure: false, basePath: "" };
const HTTPS: CookieScope = { secure: true, basePath: "" };

describe("setCookie", () => {
  const cookie = (scope: CookieScope) => setCookie("vitals", { text: "a.b", maxAge: WEEK }, scope);

  test("uses the plain name over http", () => {
    expect(cookie(HTTP)).toBe("vitals=a.b; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax");
  });

  test("is Secure and __Host- over https", () => {
    expect(cookie(HTTPS)).toBe("__Host-vitals=a.b; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure");
  });

  test("is __Secure- below a base path, which __Host- does not allow", () => {
    expect(cookie({ secure: true, basePath: "/perf" })).toBe(
      "__Secure-vitals=a.b; Path=/perf/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure",
    );
  });
});

describe("deleteCookie", () => {
  test("deletes each name that the client may have stored", () => {
    expect(deleteCookie("vitals", HTTP)).toEqual(["vitals=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"]);
    expect(deleteCookie("vitals", HTTPS)).toEqual([
      "__Host-vitals=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure",
      "vitals=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
    ]);
  });
});

describe("cookieValues", () => {
  test.each([
    [null, []],
    ["", []],
    ["; ;=; = ;vitals", [""]],
    ["vitals=a.b", ["a.b"]],
    ["other=1; vitals=a.b; more=2", ["a.b"]],
    ["vitals=set-over-http; __Host-vitals=set-over-https", ["set-over-http", "set-over-https"]],
    ["vitals=a; vitals=b", ["a", "b"]],
    ["vitals=a=b=", ["a=b="]],
    ["xvitals=a; vitalsx=b; VITALS=c; __Secure-vitals=d; __host-vitals=e; vitals-known=f", []],
  ])("finds in %j over http the values %j", (header, texts) => {
    expect(cookieValues(header, "vitals", HTTP)).toEqual(texts);
  });

  test("ignores names over https that another host of the domain could set", () => {
    const header = "vitals=planted; __Secure-vitals=planted; __Host-vitals=own";
    expect(cookieValues(header, "vitals", HTTPS)).toEqual(["own"]);
    expect(cookieValues(header, "vitals", { secure: true, basePath: "/perf" })).toEqual(["planted"]);
  });
});
