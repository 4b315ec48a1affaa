import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type BuiltServer, startBuiltServer, stopBuiltServers } from "../support/built-server";
import { cookieOf, get, opensPage, PAGE, post, signIn } from "../support/sign-in";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
afterAll(() => {
  stopBuiltServers();
  folder.remove();
});

const PASSWORD = "a password of the tests";
const start = (name: string, env: Record<string, string> = {}) =>
  startBuiltServer({
    env: {
      DATABASE_URL: `file:${join(folder.path, name, "vitals.db")}`,
      LOG_LEVEL: "error",
      TRUST_PROXY: "loopback",
      ...env,
    },
  });

const printedPasswords = (...servers: BuiltServer[]): string[] =>
  servers.flatMap(({ log }) => log().match(/\b[0-9a-z]{5}(?:-[0-9a-z]{5}){3}\b/g) ?? []);

describe("a start without ADMIN_PASSWORD", () => {
  test("generates a password, prints it once and stores its hash; a later ADMIN_PASSWORD overrides it", async () => {
    const first = await start("generated");
    const [password = "", ...more] = printedPasswords(first);
    expect([password.length, more]).toEqual([23, []]);
    const [kept, ended] = [await signIn(first, password), await signIn(first, password)];
    expect(await opensPage(first, kept)).toBe(true);
    await post(first, "/logout", {}, { Cookie: ended });
    await first.kill("SIGTERM");
    const stored = readdirSync(join(folder.path, "generated")).map((file) =>
      readFileSync(join(folder.path, "generated", file), "latin1"),
    );
    expect(stored.join("")).toContain("$scrypt$ln=15,r=8,p=3$");
    expect(stored.join("")).not.toContain(password);

    const second = await start("generated");
    expect(printedPasswords(second)).toEqual([]);
    expect(await opensPage(second, kept)).toBe(true);
    expect(await opensPage(second, ended)).toBe(false);
    expect(await signIn(second, password)).not.toBe("");
    await second.kill("SIGTERM");

    const third = await start("generated", { ADMIN_PASSWORD: PASSWORD });
    expect(printedPasswords(third)).toEqual([]);
    expect(await opensPage(third, kept)).toBe(false);
    expect(await signIn(third, password)).toBe("");
    expect(await opensPage(third, await signIn(third, PASSWORD))).toBe(true);
    await third.kill("SIGTERM");
  });

  test("generates one password for two processes at the same time, and a session begins and ends in both", async () => {
    const both = await Promise.all([start("together"), start("together")]);
    const [password = "", ...more] = printedPasswords(...both);
    expect([password.length, more]).toEqual([23, []]);
    for (const one of both) {
      const cookie = await signIn(one, password);
      for (const other of both) expect(await opensPage(other, cookie)).toBe(true);
      await post(one, "/logout", {}, { Cookie: cookie });
      for (const other of both) expect(await opensPage(other, cookie)).toBe(false);
    }
  });
});

test("a start with a weak ADMIN_PASSWORD logs a warning without the password, and no sign-in link", async () => {
  const started = await start("short", { ADMIN_PASSWORD: "s3cr3t!", LOG_LEVEL: "warn" });
  await get(started, "/login");
  await started.kill("SIGTERM");
  expect(started.log()).toContain("ADMIN_PASSWORD has fewer than 12 characters");
  expect(started.log()).not.toContain("s3cr3t!");
  expect(started.log()).not.toContain("token=");
});

describe("the sign-in link of a demo", () => {
  const LINK = /http:\/\/127\.0\.0\.1:\d+\/login\?token=[\w&=%-]+/;

  test("signs in once, and opens the comparison", async () => {
    const demo = await start("demo", { ADMIN_PASSWORD: PASSWORD, DEMO: "true" });
    await demo.logged("/login?token=");
    const { pathname, search, origin } = new URL(LINK.exec(demo.log())?.[0] ?? "");
    expect(origin).toBe(demo.origin);
    const used = await get(demo, pathname + search);
    expect([used.status, used.headers.get("location")]).toEqual([302, `${PAGE}?compare=previous`]);
    expect(used.headers.get("cache-control")).toBe("no-store");
    expect(await opensPage(demo, cookieOf(used))).toBe(true);
    const again = await get(demo, pathname + search);
    expect([again.status, again.headers.getSetCookie()]).toEqual([200, []]);
  });
});
