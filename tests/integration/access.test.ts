import { readdirSync } from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SCOPES, type Scope } from "../../app/auth/scopes";
import { SESSION_LIMITS } from "../../app/auth/sessions.server";
import { projectRoot } from "../../app/platform/project-root";
import { stopBuiltServers } from "../support/built-server";
import { ADMIN_API_TOKEN, ADMIN_PASSWORD, type RunningServer, startServer } from "../support/server";
import { cookieOf, get, type HeaderValues, newClient, opensPage, post, signIn } from "../support/sign-in";

/** Who a route is for: everybody, people only, or people and tokens with a scope. */
type Audience = "public" | "people" | Scope;

/** A method of a route, for whom it is, and the status of an authorised request without parameters or body. */
type Row = { method: "GET" | "POST"; url: string; audience: Audience; status: number; body: string };

const row = (method: Row["method"], url: string, audience: Audience, status: number, body = ""): Row => ({
  method,
  url,
  audience,
  status,
  body,
});

const JSON_URL = "/api/admin/performance/web-vitals";

/** Every file of app/routes. A page answers to its URL, also with `_data`; there is nothing at `.data`, behind the same guard. */
const ROUTES: Readonly<Record<string, readonly Row[]>> = {
  "_index.ts": [row("GET", "/", "public", 302)],
  "admin.access.tsx": [
    row("GET", "/admin/access", "people", 200),
    row("GET", "/admin/access.data", "people", 404),
    row("POST", "/admin/access", "people", 400),
    row("POST", "/admin/access.data", "people", 400),
  ],
  "admin.performance._index.tsx": [
    row("GET", "/admin/performance", "read", 200),
    row("GET", "/admin/performance.data", "read", 404),
    row("GET", "/admin/performance?_data=routes%2Fadmin.performance._index", "read", 200),
  ],
  "admin.performance.grafana.tsx": [
    row("GET", "/admin/performance/grafana", "read", 200),
    row("GET", "/admin/performance/grafana.data", "read", 404),
  ],
  "admin.performance.releases.tsx": [
    row("GET", "/admin/performance/releases", "read", 200),
    row("GET", "/admin/performance/releases.data", "read", 404),
  ],
  "admin.performance.route.tsx": [
    row("GET", "/admin/performance/route?route=%2F", "read", 200),
    row("GET", "/admin/performance/route.data?route=%2F", "read", 404),
  ],
  "admin.profiling._index.tsx": [
    row("GET", "/admin/profiling", "profile", 200),
    row("GET", "/admin/profiling.data", "profile", 404),
  ],
  "admin.profiling.download.ts": [row("GET", "/admin/profiling/download?id=none", "profile", 404)],
  "admin.profiling.start.tsx": [
    row("GET", "/admin/profiling/start", "profile", 200),
    row("POST", "/admin/profiling/start", "profile", 400, "duration=never"),
  ],
  "api.admin.performance.gate.ts": [row("GET", "/api/admin/performance/gate?release=1", "gate", 404)],
  "api.admin.performance.web-vitals.ts": [
    row("GET", JSON_URL, "read", 200),
    row("GET", `${JSON_URL}?format=svg`, "read", 200),
    row("GET", `${JSON_URL}?format=svg&chart=releases`, "read", 200),
    ...["routes", "trend", "releases", "metrics"].map((table) =>
      row("GET", `${JSON_URL}?format=csv&table=${table}`, "read", 200),
    ),
  ],
  "api.admin.releases.ts": [
    row("GET", "/api/admin/releases", "read", 200),
    row("POST", "/api/admin/releases", "announce", 400),
  ],
  "api.analytics.faro.ts": [row("POST", "/api/analytics/faro", "public", 400)],
  "api.analytics.web-vitals.ts": [row("POST", "/api/analytics/web-vitals", "public", 400)],
  "collect.ts": [row("POST", "/collect", "public", 400)],
  "csp-reports.ts": [row("POST", "/csp-reports", "public", 400)],
  "healthz.ts": [row("GET", "/healthz", "public", 200)],
  "login.tsx": [row("GET", "/login", "public", 200)],
  "logout.ts": [row("POST", "/logout", "public", 303)],
  "metrics.ts": [row("GET", "/metrics", "read", 200)],
  "readings.ts": [row("POST", "/readings", "public", 400)],
  "v1.logs.ts": [row("POST", "/v1/logs", "public", 415)],
  "vitals.$file.ts": [row("GET", "/vitals/old.js", "public", 200)],
  "vitals[.]js.ts": [row("GET", "/vitals.js", "public", 200)],
};

const rows = Object.values(ROUTES).flat();
const guarded = rows.filter(({ audience }) => audience !== "public");

let server: RunningServer;
let sql: SQLite.Database;
const tokens = new Map<Scope, string>();

const send = ({ method, url, body }: Row, headers: HeaderValues): Promise<Response> =>
  fetch(server.origin + url, {
    method,
    headers: { ...(method === "POST" ? { Origin: server.origin } : {}), ...headers },
    body: method === "POST" ? body : null,
    redirect: "manual",
  });

/** Creates a token on the page, and reads it from the answer. */
async function createToken(
  Cookie: string,
  name: string,
  scopes: readonly Scope[],
  ends = "",
): Promise<string> {
  const form = new URLSearchParams({ intent: "create-token", name, ends });
  for (const scope of scopes) form.append("scope", scope);
  const response = await fetch(`${server.origin}/admin/access`, {
    method: "POST",
    headers: { Cookie, Origin: server.origin },
    body: form,
  });
  expect(response.status).toBe(201);
  expect(response.headers.get("cache-control")).toBe("no-store");
  return /vitals_[\w-]{22}\.[\w-]{43}/.exec(await response.text())?.[0] ?? "";
}

const bearer = (token: string): HeaderValues => ({ Authorization: `Bearer ${token}` });

/**
 * Whether a response is a refusal without any data: 401, 403 or a redirect to the sign-in form, which Remix may write into
 * a header or a body of its own.
 */
async function isRefused(response: Response, scope?: Scope): Promise<boolean> {
  const text = await response.text();
  if (/"metrics"|samples|vitals_beacons|<table/.test(text)) return false;
  if (scope !== undefined) return response.status === 403 && text.includes(scope);
  if (response.status === 401 || response.status === 403) return true;
  const { headers } = response;
  const location = headers.get("location") ?? headers.get("x-remix-redirect") ?? text;
  return location.includes("/login?next=");
}

beforeAll(async () => {
  server = await startServer({
    env: {
      TRUST_PROXY: "loopback",
      PROXY_USER_HEADER: "Remote-User",
      PROFILING_ENABLED: "1",
      LOG_LEVEL: "info",
    },
  });
  sql = new SQLite(server.databasePath, { timeout: 60_000 });
  const Cookie = await signIn(server, ADMIN_PASSWORD);
  for (const scope of SCOPES) tokens.set(scope, await createToken(Cookie, `only ${scope}`, [scope]));
});
afterAll(async () => {
  sql?.close();
  await server?.close();
  stopBuiltServers();
});

describe("the table of routes", () => {
  it("has each file of app/routes", () => {
    const files = readdirSync(join(projectRoot(), "app", "routes")).sort();
    expect(Object.keys(ROUTES).sort()).toEqual(files);
  });

  it("has public routes that answer everybody", async () => {
    for (const one of rows.filter(({ audience }) => audience === "public")) {
      const response = await send(one, {});
      await response.arrayBuffer();
      expect([one.url, response.status]).toEqual([one.url, one.status]);
    }
  });
});

describe("a route of an admin", () => {
  /** Credentials that no route accepts. */
  async function refusedCredentials(): Promise<Array<[string, HeaderValues]>> {
    const cookie = await signIn(server, ADMIN_PASSWORD);
    const [name = "", value = ""] = cookie.split("=");
    const expired = await signIn(server, ADMIN_PASSWORD);
    const idle = await signIn(server, ADMIN_PASSWORD);
    const revoked = await signIn(server, ADMIN_PASSWORD);
    const idOf = (text: string): string => text.split("=")[1]?.split(".")[0] ?? "";
    const { absolute, idle: idleEnd } = SESSION_LIMITS;
    sql.prepare("UPDATE sessions SET created_at = created_at - ? WHERE id = ?").run(absolute, idOf(expired));
    sql.prepare("UPDATE sessions SET last_seen_at = last_seen_at - ? WHERE id = ?").run(idleEnd, idOf(idle));
    await post(server, "/admin/access", { intent: "end-session", id: idOf(revoked) }, { Cookie: cookie });
    const { token_hash: hash } = sql
      .prepare("SELECT token_hash FROM sessions WHERE id = ?")
      .get(idOf(cookie)) as { token_hash: string };
    const endedToken = await createToken(cookie, "ended", SCOPES, "2999-12-31");
    sql.prepare("UPDATE api_tokens SET expires_at = 1 WHERE name = 'ended'").run();
    const revokedToken = await createToken(cookie, "revoked", SCOPES);
    const { id } = sql.prepare("SELECT id FROM api_tokens WHERE name = 'revoked'").get() as { id: string };
    await post(server, "/admin/access", { intent: "revoke-token", id }, { Cookie: cookie });
    return [
      ["nothing", {}],
      ["a forged session", { Cookie: `${name}=${value.slice(0, -1)}${value.endsWith("A") ? "B" : "A"}` }],
      ["a session made of its hash", { Cookie: `${name}=${idOf(cookie)}.${hash}` }],
      ["a session under another name", { Cookie: `${name}-known=${value}` }],
      ["an expired session", { Cookie: expired }],
      ["an idle session", { Cookie: idle }],
      ["a revoked session", { Cookie: revoked }],
      ["a session over https, planted without its prefix", { Cookie: cookie, "X-Forwarded-Proto": "https" }],
      ["a wrong token", bearer(`${ADMIN_API_TOKEN}x`)],
      ["a forged token", bearer(`vitals_${"a".repeat(22)}.${"b".repeat(43)}`)],
      ["an ended token", bearer(endedToken)],
      ["a revoked token", bearer(revokedToken)],
      ["the header that passes on a proxy's user", { "X-Proxy-User": "mallory" }],
      ["an address that the client names itself", { "X-Client-Address": "127.0.0.1" }],
    ];
  }

  it("refuses every credential that is none, that is forged, and that has ended", async () => {
    for (const [credential, headers] of await refusedCredentials()) {
      for (const one of guarded) {
        const response = await send(one, headers);
        expect([credential, one.method, one.url, await isRefused(response)]).toEqual([
          credential,
          one.method,
          one.url,
          true,
        ]);
      }
    }
  });

  it("refuses each token of another scope, and names the scope that it needs", async () => {
    for (const one of guarded) {
      for (const [scope, token] of tokens) {
        const response = await send(one, bearer(token));
        const label = [scope, one.method, one.url];
        if (scope === one.audience) {
          await response.arrayBuffer();
          expect([...label, response.status]).toEqual([...label, one.status]);
          continue;
        }
        const needed = one.audience === "people" ? undefined : (one.audience as Scope);
        expect([...label, await isRefused(response, needed)]).toEqual([...label, true]);
      }
    }
  });

  it("accepts a session and ADMIN_API_TOKEN, which opens no page of people", async () => {
    const Cookie = await signIn(server, ADMIN_PASSWORD);
    for (const one of guarded) {
      const person = await send(one, { Cookie });
      await person.arrayBuffer();
      expect([one.url, person.status]).toEqual([one.url, one.status]);
      const program = await send(one, bearer(ADMIN_API_TOKEN));
      await program.arrayBuffer();
      expect([one.url, program.status]).toEqual([one.url, one.audience === "people" ? 403 : one.status]);
    }
  });

  it("refuses a person's write from another site's page", async () => {
    const Cookie = await signIn(server, ADMIN_PASSWORD);
    for (const one of guarded.filter(({ method }) => method === "POST")) {
      const people: HeaderValues[] = [{ Cookie }, { "Remote-User": "alice" }];
      for (const headers of people) {
        const response = await send(one, { ...headers, Origin: "https://evil.example" });
        await response.arrayBuffer();
        expect([one.url, response.status]).toEqual([one.url, 403]);
      }
    }
  });
});

describe("PROXY_USER_HEADER", () => {
  it("signs in on each route, from a trusted proxy", async () => {
    for (const one of guarded) {
      const response = await send(one, { "Remote-User": "alice" });
      await response.arrayBuffer();
      expect([one.url, response.status]).toEqual([one.url, one.status]);
    }
    const page = await get(server, "/admin/access", { "Remote-User": "J\u00c3\u00bcrgen <b>" });
    expect(await page.text()).toContain("The proxy signed you in as Jürgen &lt;b&gt;.");
  });
});

describe("a session", () => {
  it("ends everywhere but here with “End all other sessions”", async () => {
    const [mine, other] = [await signIn(server, ADMIN_PASSWORD), await signIn(server, ADMIN_PASSWORD)];
    const ended = await post(server, "/admin/access", { intent: "end-other-sessions" }, { Cookie: mine });
    expect([ended.status, ended.headers.get("location")]).toEqual([303, "/admin/access"]);
    expect([await opensPage(server, mine), await opensPage(server, other)]).toEqual([true, false]);
  });

  it("is replaced by a sign-in of the same browser", async () => {
    const earlier = await signIn(server, ADMIN_PASSWORD);
    const again = await post(
      server,
      "/login",
      { password: ADMIN_PASSWORD },
      { ...newClient(), Cookie: earlier },
    );
    expect([await opensPage(server, earlier), await opensPage(server, cookieOf(again))]).toEqual([
      false,
      true,
    ]);
  });

  it("gets a new cookie with a document after an hour, and not with data", async () => {
    const Cookie = await signIn(server, ADMIN_PASSWORD);
    const fresh = await get(server, "/admin/performance", { Cookie });
    expect(fresh.headers.getSetCookie()).toEqual([]);
    const id = Cookie.split("=")[1]?.split(".")[0];
    sql
      .prepare("UPDATE sessions SET rotated_at = rotated_at - ? WHERE id = ?")
      .run(SESSION_LIMITS.rotation, id);
    expect((await get(server, "/admin/performance.data", { Cookie })).headers.getSetCookie()).toEqual([]);
    const replaced = cookieOf(await get(server, "/admin/performance", { Cookie }));
    expect(replaced.split(".")[0]).toBe(Cookie.split(".")[0]);
    expect(replaced).not.toBe(Cookie);
    expect([await opensPage(server, replaced), await opensPage(server, Cookie)]).toEqual([true, true]);
    sql.prepare("UPDATE sessions SET previous_until = 0 WHERE id = ?").run(id);
    expect([await opensPage(server, replaced), await opensPage(server, Cookie)]).toEqual([true, false]);
  });
});

describe("a database that another program locks", () => {
  it("lets people and tokens read, and answers 503 to a sign-in and a revocation", async () => {
    const Cookie = await signIn(server, ADMIN_PASSWORD);
    const id = Cookie.split("=")[1]?.split(".")[0] ?? "";
    const token = tokens.get("read") ?? "";
    // So that both have a time of their last use to store.
    sql.prepare("UPDATE sessions SET last_seen_at = last_seen_at - ?").run(SESSION_LIMITS.touch);
    sql.prepare("UPDATE api_tokens SET last_used_at = 1").run();
    sql.exec("BEGIN IMMEDIATE");
    try {
      const writing = [
        post(server, "/login", { password: ADMIN_PASSWORD }, newClient()),
        post(server, "/admin/access", { intent: "end-session", id }, { Cookie }),
      ];
      for (let i = 0; i < 10; i += 1) {
        expect(await opensPage(server, Cookie)).toBe(true);
        expect((await get(server, JSON_URL, bearer(token))).status).toBe(200);
      }
      for (const response of await Promise.all(writing)) {
        expect([response.status, response.headers.getSetCookie()]).toEqual([503, []]);
        expect(await response.text()).toMatch(/database can(?:'|&#x27;)t be written now/);
      }
    } finally {
      sql.exec("ROLLBACK");
    }
    expect(await opensPage(server, Cookie)).toBe(true);
  });
});

describe("the page of access", () => {
  it("lists sessions and tokens, and refuses what can't be a token", async () => {
    const Cookie = await signIn(server, ADMIN_PASSWORD);
    const form = { intent: "create-token", name: "<b>pipeline</b>", ends: "2001-01-01", scope: "gate" };
    const refused = await post(server, "/admin/access", form, { Cookie });
    expect(refused.status).toBe(400);
    const html = await refused.text();
    expect(html).toContain("The last day must not have passed.");
    expect(html).toContain('value="&lt;b&gt;pipeline&lt;/b&gt;"');
    const again = await post(server, "/admin/access", { ...form, name: "only read", ends: "" }, { Cookie });
    expect([again.status, await again.text()]).toEqual([
      400,
      expect.stringContaining("There is a token with this name"),
    ]);
    const page = await (await get(server, "/admin/access", { Cookie })).text();
    expect(page).toContain("This session");
    for (const scope of SCOPES) expect(page).toContain(`only ${scope}`);
    for (const token of tokens.values()) expect(page).not.toContain(token);
  });

  it("is 413 for a large form, and 405 for other methods", async () => {
    const Cookie = await signIn(server, ADMIN_PASSWORD);
    const large = await post(server, "/admin/access", { name: "x".repeat(20_000) }, { Cookie });
    expect(large.status).toBe(413);
    const put = await fetch(`${server.origin}/admin/access`, {
      method: "PUT",
      headers: { Cookie, Origin: server.origin },
    });
    expect(put.status).toBe(405);
  });

  it("leaves no secret in the log", async () => {
    const Cookie = await signIn(server, ADMIN_PASSWORD);
    const log = server.log();
    for (const secret of [ADMIN_PASSWORD, ADMIN_API_TOKEN, Cookie.split(".")[1] ?? "", ...tokens.values()]) {
      expect(log).not.toContain(secret);
    }
  });
});
