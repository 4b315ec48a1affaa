import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltServer, startBuiltServer, stopBuiltServers } from "../support/built-server";
import {
  cookieOf,
  get,
  type HeaderValues,
  newClient,
  opensPage,
  PAGE,
  post,
  signIn,
} from "../support/sign-in";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
afterAll(() => {
  stopBuiltServers();
  folder.remove();
});

const ENVIRONMENT = {
  DATABASE_URL: `file:${join(folder.path, "vitals.db")}`,
  LOG_LEVEL: "error",
  TRUST_PROXY: "loopback",
};
/** Loaded into a server whose delays after wrong passwords must not end while a busy machine sends the next one. */
const STOPPED_CLOCK = `data:text/javascript,${encodeURIComponent(`
  const now = performance.now();
  performance.now = () => now;
`)}`;
const PASSWORD = "a password of the tests";
const TOKEN = "a-token-of-the-tests";
let server: BuiltServer;
beforeAll(async () => {
  const env = { ...ENVIRONMENT, ADMIN_PASSWORD: PASSWORD, ADMIN_API_TOKEN: TOKEN, PROFILING_ENABLED: "1" };
  server = await startBuiltServer({ env });
});

/** The URLs of the routes whose files' names begin so. */
const urlsOf = (prefix: string): string[] =>
  readdirSync(join(import.meta.dirname, "..", "..", "app", "routes"))
    .filter((file) => file.startsWith(prefix))
    .map((file) => `/${file.replace(/(?:\._index)?\.tsx?$/, "").replaceAll(".", "/")}`);

describe("a request without a session", () => {
  test("gets no admin page and no data", async () => {
    expect(urlsOf("admin.")).toContain(PAGE);
    for (const path of urlsOf("admin.")) {
      for (const one of [path, `${path}.data`]) {
        const { headers } = await get(server, one);
        expect(headers.get("location"), one).toBe(`/login?next=${encodeURIComponent(path)}`);
      }
    }
    expect(urlsOf("api.admin.")).toContain("/api/admin/releases");
    for (const path of urlsOf("api.admin.")) {
      expect((await get(server, path)).status, path).toBe(401);
      expect([401, 405], path).toContain((await post(server, path)).status);
    }
  });

  test("is redirected to the form, which returns", async () => {
    const asked = `${PAGE}?range=7d&route=%2Fworkspace%2F%5Bid%5D`;
    const { status, headers } = await get(server, asked);
    expect(status).toBe(302);
    expect(headers.get("cache-control")).toBe("no-store");
    const form = headers.get("location") ?? "";
    expect(form).toBe(`/login?next=${encodeURIComponent(asked)}`);
    const page = await get(server, form);
    expect(page.status).toBe(200);
    expect(page.headers.get("cache-control")).toBe("no-store");
    const html = await page.text();
    expect(html).toContain(`name="next" value="${asked.replace("&", "&amp;")}"`);
    expect(html).not.toContain("aria-describedby");
    const signedIn = await post(server, "/login", { password: PASSWORD, next: asked }, newClient());
    expect([signedIn.status, signedIn.headers.get("location")]).toEqual([303, asked]);
    expect(signedIn.headers.get("cache-control")).toBe("no-store");
  });

  test("gets a hint on authentication from the API", async () => {
    const { status, headers } = await get(server, "/api/admin/releases");
    expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });
});

describe("POST /login", () => {
  test("rejects a wrong password, and reveals nothing else", async () => {
    const [almost, far] = [`${PASSWORD.slice(0, -1)}!`, "<b>x</b>"].map((password) =>
      post(server, "/login", { password, next: "/admin/performance?range=7d" }, newClient()),
    );
    const page = await almost;
    expect(page?.status).toBe(401);
    expect(page?.headers.get("cache-control")).toBe("no-store");
    expect(page?.headers.getSetCookie()).toEqual([]);
    const html = (await page?.text()) ?? "";
    expect(html).toContain('aria-describedby="problem"');
    expect(html).toMatch(/<p id="problem"[^>]*>That password is not right.<\/p>/);
    expect(html).toContain('value="/admin/performance?range=7d"');
    expect(await (await far)?.text()).toBe(html);
  });

  test.each([
    ["missing", {}],
    ["empty", { password: "" }],
    ["long", { password: "x".repeat(20_000) }],
  ])("rejects a password that is %s", async (_, form: HeaderValues) => {
    expect((await post(server, "/login", form, newClient())).status).toBe(401);
  });

  test("rejects a body that is too large", async () => {
    expect((await post(server, "/login", { password: "x".repeat(40_000) }, newClient())).status).toBe(413);
  });

  test("accepts POST only", async () => {
    expect(
      (await get(server, `/login?password=${encodeURIComponent(PASSWORD)}`)).headers.getSetCookie(),
    ).toEqual([]);
    const put = await fetch(`${server.origin}/login`, { method: "PUT", body: `password=${PASSWORD}` });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
  });

  test.each([
    ["another site's", { Origin: "https://evil.example" }],
    ["a garbled", { Origin: "garbage" }],
    ["a sandboxed", { Origin: "null" }],
    ["what the browser calls another site's", { "Sec-Fetch-Site": "cross-site" }],
    ["a neighbour's", { "Sec-Fetch-Site": "same-site" }],
  ])("rejects a form from %s page", async (_, headers: HeaderValues) => {
    const response = await post(server, "/login", { password: PASSWORD }, { ...newClient(), ...headers });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test("redirects to no other site", async () => {
    for (const next of [
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "/%2Fevil.example",
      "/\t/evil",
    ]) {
      const response = await post(server, "/login", { password: PASSWORD, next }, newClient());
      expect([response.status, response.headers.get("location")]).toEqual([303, PAGE]);
      const Cookie = cookieOf(response);
      const form = await get(server, `/login?next=${encodeURIComponent(next)}`, { Cookie });
      expect([form.status, form.headers.get("location")]).toEqual([302, PAGE]);
    }
  });

  describe("with many attempts in five seconds", () => {
    let stopped: BuiltServer;
    beforeAll(async () => {
      const DATABASE_URL = `file:${join(folder.path, "stopped-clock.db")}`;
      const env = { ...ENVIRONMENT, DATABASE_URL, ADMIN_PASSWORD: PASSWORD };
      stopped = await startBuiltServer({ env, imports: [STOPPED_CLOCK] });
    });

    test("allows five attempts, and then rejects the right password, too", async () => {
      const client = newClient();
      const answers = [];
      for (let i = 0; i < 5; i += 1)
        answers.push((await post(stopped, "/login", { password: "no" }, client)).status);
      expect(answers).toEqual([401, 401, 401, 401, 401]);
      const refused = await post(stopped, "/login", { password: PASSWORD }, client);
      expect([refused.status, refused.headers.getSetCookie()]).toEqual([429, []]);
      expect(refused.headers.get("retry-after")).toBe("5");
      expect(await refused.text()).toMatch(/Too many attempts\. Try again in 5 seconds\./);
      expect((await post(stopped, "/login", { password: PASSWORD }, newClient())).status).toBe(303);
    });

    test("allows a browser that signed in before, whose address and all others have used up their attempts", async () => {
      const client = newClient();
      const signedIn = await post(stopped, "/login", { password: PASSWORD }, client);
      const [, known = ""] = signedIn.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
      for (let i = 0; i < 5; i += 1) await post(stopped, "/login", { password: "no" }, client);
      expect((await post(stopped, "/login", { password: PASSWORD }, client)).status).toBe(429);
      // One more than any client has free attempts; the gate's own test has twenty.
      for (let i = 0; i < 6; i += 1) {
        const { status } = await post(
          stopped,
          "/login",
          { password: PASSWORD },
          { ...client, Cookie: known },
        );
        expect(status).toBe(303);
      }
      const forged = { ...client, Cookie: `${known.slice(0, -1)}${known.endsWith("A") ? "B" : "A"}` };
      expect((await post(stopped, "/login", { password: PASSWORD }, forged)).status).toBe(429);
    });

    test("counts concurrent attempts like consecutive ones", async () => {
      const client = newClient();
      const tries = Array.from({ length: 20 }, () => post(stopped, "/login", { password: "no" }, client));
      const statuses = (await Promise.all(tries)).map(({ status }) => status).sort();
      expect(statuses).toEqual([...Array(5).fill(401), ...Array(15).fill(429)]);
    });
  });
});

describe("a session", () => {
  /** A session that no test ends. */
  let Cookie: string;
  beforeAll(async () => {
    Cookie = await signIn(server, PASSWORD);
  });

  test("is a cookie without access for scripts and other sites, and secure behind https", async () => {
    const attributes = (maxAge: number): string => `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
    const [week, halfYear] = [attributes(604_800), attributes(15_552_000)];
    const withoutValues = (response: Response): string[] =>
      response.headers.getSetCookie().map((one) => one.replace(/[0-9a-f]{8}(?:-known)?=[\w.-]{60,}/, "…"));
    const http = await post(server, "/login", { password: PASSWORD }, newClient());
    expect(withoutValues(http)).toEqual([`vitals-…; ${week}`, `vitals-…; ${halfYear}`]);
    const https = {
      ...newClient(),
      "X-Forwarded-Proto": "https",
      Origin: server.origin.replace("http", "https"),
    };
    const secure = await post(server, "/login", { password: PASSWORD }, https);
    expect(withoutValues(secure)).toEqual([
      `__Host-vitals-…; ${week}; Secure`,
      `__Host-vitals-…; ${halfYear}; Secure`,
    ]);
    expect(await opensPage(server, cookieOf(http))).toBe(true);
    expect(await opensPage(server, cookieOf(secure))).toBe(true);
  });

  test("is rejected without an error when forged, truncated or garbage", async () => {
    const [name = "", value = ""] = Cookie.split("=");
    const swapped = value.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const text of [
      swapped,
      value.slice(0, -1),
      value.slice(1),
      "",
      "x",
      "%00",
      "ä",
      "a".repeat(20_000),
    ]) {
      expect(await opensPage(server, `${name}=${encodeURIComponent(text)}`)).toBe(false);
    }
    expect(await opensPage(server, `${name}x=${value}`)).toBe(false);
    expect(await opensPage(server, `${name}=forged; ${Cookie}`)).toBe(true);
  });

  test("redirects from the form", async () => {
    const { status, headers } = await get(server, "/login?next=/admin/performance%3Frange%3D7d", { Cookie });
    expect([status, headers.get("location")]).toEqual([302, "/admin/performance?range=7d"]);
  });

  test("authorises the API, except changes from other sites", async () => {
    expect((await get(server, "/api/admin/releases", { Cookie })).status).toBe(200);
    const announce = (headers: HeaderValues) =>
      fetch(`${server.origin}/api/admin/releases`, {
        method: "POST",
        body: JSON.stringify({ buildVersion: "2.4.1" }),
        headers: { "Content-Type": "application/json", ...headers },
      });
    expect((await announce({ Cookie, Origin: "https://evil.example" })).status).toBe(403);
    expect((await announce({ Cookie, Origin: server.origin })).status).toBe(201);
    expect((await announce({ Authorization: `Bearer ${TOKEN}` })).status).toBe(201);
    expect((await announce({ Authorization: "Bearer wrong" })).status).toBe(401);
  });

  test.each([
    ["another site's", "https://evil.example"],
    ["a garbled", "garbage"],
  ])("answers 403 to writes from %s page, on every page", async (_, Origin) => {
    for (const path of [PAGE, `${PAGE}/releases`, `${PAGE}/route`, `${PAGE}.data`, "/logout.data"]) {
      expect([path, (await post(server, path, {}, { Cookie, Origin })).status]).toEqual([path, 403]);
    }
    expect((await post(server, PAGE, {}, { Cookie })).status).toBe(405);
    expect((await post(server, "/nowhere", {}, { Cookie, Origin })).status).toBeLessThan(500);
  });

  test("opens pages that no cache keeps", async () => {
    for (const path of [PAGE, `${PAGE}/releases`, `${PAGE}/route?route=%2Fa`, `${PAGE}.data`, "/nowhere"]) {
      const response = await get(server, path, { Cookie });
      expect([path, response.headers.get("cache-control")]).toEqual([path, "no-store"]);
    }
  });

  test("is not needed with the token", async () => {
    expect((await get(server, PAGE, { Authorization: `Bearer ${TOKEN}` })).status).toBe(200);
    expect((await get(server, PAGE, { Authorization: "Bearer wrong" })).status).toBe(302);
  });

  test("ends only by a form of this site, and for good", async () => {
    const ending = await signIn(server, PASSWORD);
    const link = await get(server, "/logout", { Cookie: ending });
    expect([link.status, link.headers.get("allow")]).toEqual([405, "POST"]);
    expect(
      (await post(server, "/logout", {}, { Cookie: ending, Origin: "https://evil.example" })).status,
    ).toBe(403);
    expect(await opensPage(server, ending)).toBe(true);
    const other = await signIn(server, PASSWORD);
    const ended = await post(server, "/logout", {}, { Cookie: ending });
    expect([ended.status, ended.headers.get("location")]).toEqual([303, "/login"]);
    expect(ended.headers.getSetCookie()).toEqual([
      `${ending.split("=")[0]}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`,
    ]);
    expect(await opensPage(server, ending)).toBe(false);
    expect(await opensPage(server, other)).toBe(true);
    expect((await post(server, "/logout")).status).toBe(303);
  });
});
