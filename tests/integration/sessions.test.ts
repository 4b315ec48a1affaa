import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiTokens, MAX_API_TOKENS } from "../../app/auth/api-tokens.server";
import { MAX_SESSIONS, SESSION_LIMITS, Sessions } from "../../app/auth/sessions.server";
import { testEnvironment } from "../environment.mjs";
import { NOW } from "../support/measurements";
import { eventually } from "../support/server";
import { newDatabase, Store } from "../support/store";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let store: Store;
let sessions: Sessions;
beforeEach(async () => {
  store = await Store.open();
  sessions = new Sessions(store.database, () => store.at, "a password");
});
afterEach(() => store.close());

const open = async (): Promise<string> => (await sessions.open("Firefox on Linux")).text;
const isValid = async (text: string): Promise<boolean> => (await sessions.find([text])) !== null;

/** The token that the next document of a session gets; `null` for none. */
async function rotated(text: string): Promise<string | null> {
  const session = await sessions.find([text]);
  return session === null ? null : ((await sessions.rotate(session))?.text ?? null);
}

/** Lets time pass, while the session is used. */
async function use(text: string, duration: number): Promise<void> {
  const end = store.at + duration;
  while (store.at < end) {
    store.at = Math.min(end, store.at + SESSION_LIMITS.idle / 2);
    const { at } = store;
    expect(await isValid(text)).toBe(true);
    await eventually(
      () => store.value<number>("SELECT MAX(last_seen_at) FROM sessions"),
      (seen) => seen === at,
    );
  }
}

describe("a session", () => {
  it("ends after a day without a request", async () => {
    const text = await open();
    store.at += SESSION_LIMITS.idle - 1;
    expect(await isValid(text)).toBe(true);
    store.at = NOW + 2 * SESSION_LIMITS.idle;
    expect(await isValid(text)).toBe(false);
    expect(SESSION_LIMITS.idle).toBe(24 * HOUR);
  });

  it("ends a week after the sign-in, however much it is used", async () => {
    const text = await open();
    await use(text, SESSION_LIMITS.absolute - 1);
    store.at += 1;
    expect(await isValid(text)).toBe(false);
    expect(SESSION_LIMITS.absolute).toBe(7 * 24 * HOUR);
  });

  it("that was opened by a clock that was ahead ends when the clock is right", async () => {
    store.at = NOW + 100 * SESSION_LIMITS.absolute;
    const text = await open();
    expect(await isValid(text)).toBe(true);
    store.at = NOW;
    expect(await isValid(text)).toBe(false);
    expect(await sessions.list()).toEqual([]);
  });

  it("stores the time of the last request to a minute", async () => {
    const text = await open();
    store.at += MINUTE - 1;
    await isValid(text);
    expect((await sessions.list())[0]?.lastSeenAt).toBe(NOW);
    store.at += 1;
    await isValid(text);
    await eventually(
      async () => (await sessions.list())[0]?.lastSeenAt,
      (seen) => seen === NOW + MINUTE,
    );
  });

  it("is not valid with another password, and valid again with the first one", async () => {
    const text = await open();
    const other = new Sessions(store.database, () => store.at, "another password");
    expect(await other.find([text])).toBeNull();
    expect(await other.list()).toEqual([]);
    expect(await isValid(text)).toBe(true);
  });

  it("ends in every process at once", async () => {
    const second = await store.alsoOpen();
    const there = new Sessions(second.database, () => store.at, "a password");
    const [text, kept] = [await open(), await open()];
    const found = await there.find([text]);
    expect(found).not.toBeNull();
    await sessions.end(found?.id ?? "");
    expect(await there.find([text])).toBeNull();
    expect(await there.find([kept])).not.toBeNull();
    await there.endOthers(null);
    expect(await isValid(kept)).toBe(false);
    await second.close();
  });

  it("can't be forged from what the database holds", async () => {
    const text = await open();
    const [id = "", secret = ""] = text.split(".");
    const content = store.content();
    expect([content.includes(id), content.includes(secret)]).toEqual([true, false]);
    const { token_hash: hash = "" } =
      store.rows<{ token_hash: string }>("SELECT token_hash FROM sessions")[0] ?? {};
    expect(content).toContain(hash);
    for (const forged of [hash, `${id}.${hash}`, `${id}.`, id, `.${secret}`]) {
      expect(await isValid(forged)).toBe(false);
    }
  });

  it("is found behind planted cookies, but not behind many", async () => {
    const text = await open();
    const planted = `${await open()}x`;
    expect(await sessions.find(["", "x", planted, text])).not.toBeNull();
    expect(await sessions.find(["1", "2", "3", "4", text])).toBeNull();
  });

  it("is listed with its browser; of more than a hundred, the one that was used longest ago is gone", async () => {
    const first = await open();
    for (let i = 1; i < MAX_SESSIONS; i += 1) {
      store.at += 1;
      await sessions.open(`Browser ${i}`);
    }
    expect(await isValid(first)).toBe(true);
    store.at += 1;
    await sessions.open("Browser 100");
    const list = await sessions.list();
    expect([list.length, list[0]?.browser, list.at(-1)?.browser]).toEqual([100, "Browser 100", "Browser 1"]);
    expect(await isValid(first)).toBe(false);
  });

  it("leaves no row behind once it has ended", async () => {
    await open();
    store.at += SESSION_LIMITS.absolute;
    await open();
    expect(store.value("SELECT COUNT(*) FROM sessions")).toBe(1);
  });
});

describe("the token of a session", () => {
  it("is replaced after an hour, and the old one is valid until the new one has been used for a minute", async () => {
    const old = await open();
    store.at += SESSION_LIMITS.rotation - 1;
    expect(await rotated(old)).toBeNull();
    store.at += 1;
    const fresh = (await rotated(old)) ?? "";
    expect(fresh.split(".")[0]).toBe(old.split(".")[0]);
    store.at += 2 * HOUR;
    expect(await isValid(old)).toBe(true);
    expect(await isValid(fresh)).toBe(true);
    store.at += SESSION_LIMITS.overlap - 1;
    expect(await isValid(old)).toBe(true);
    store.at += 1;
    expect([await isValid(old), await isValid(fresh)]).toEqual([false, true]);
  });

  it("is replaced once by concurrent documents, so that no cookie of theirs is overwritten by another", async () => {
    const old = await open();
    store.at += SESSION_LIMITS.rotation;
    const offered = await Promise.all(Array.from({ length: 10 }, () => rotated(old)));
    expect(offered.filter((text) => text !== null)).toHaveLength(1);
  });

  it("is offered anew when the answer with it was lost", async () => {
    const old = await open();
    store.at += SESSION_LIMITS.rotation;
    const lost = (await rotated(old)) ?? "";
    expect(await rotated(old)).toBeNull();
    store.at += SESSION_LIMITS.overlap;
    const fresh = (await rotated(old)) ?? "";
    expect([await isValid(lost), await isValid(fresh)]).toEqual([false, true]);
  });

  it("does not move the absolute end", async () => {
    const text = await open();
    await use(text, 6 * 24 * HOUR);
    const session = await sessions.find([text]);
    const { maxAge = 0 } = (session && (await sessions.rotate(session))) ?? {};
    expect(maxAge).toBe(24 * HOUR);
  });
});

describe("an API token", () => {
  const create = (tokens: ApiTokens, name: string, expiresAt: number | null = null) =>
    tokens.create({ name, scopes: ["read", "gate"], expiresAt });

  it("is valid until its end or its revocation, in every process, and stored as a hash", async () => {
    const tokens = new ApiTokens(store.database, () => store.at);
    const ends = (await create(tokens, "ends", NOW + HOUR)) ?? "";
    const lasts = (await create(tokens, "lasts")) ?? "";
    expect(lasts).toMatch(/^vitals_[\w-]{22}\.[\w-]{43}$/);
    expect(await tokens.find(ends)).toMatchObject({ name: "ends", scopes: ["read", "gate"] });
    store.at += HOUR;
    expect(await tokens.find(ends)).toBeNull();
    const second = await store.alsoOpen();
    const there = new ApiTokens(second.database, () => store.at);
    const found = await there.find(lasts);
    expect(found?.name).toBe("lasts");
    await tokens.revoke(found?.id ?? "");
    expect(await there.find(lasts)).toBeNull();
    await second.close();
    expect(store.rows<{ token_hash: string }>("SELECT token_hash FROM api_tokens")).toEqual([
      { token_hash: expect.stringMatching(/^[\w-]{43}$/) },
    ]);
    for (const text of [ends.slice(7), `${ends}x`, ends.slice(0, -1), ""]) {
      expect(await tokens.find(text)).toBeNull();
    }
  });

  it("has a name of its own, and at most a hundred neighbours", async () => {
    const tokens = new ApiTokens(store.database, () => store.at);
    expect(await create(tokens, "twice")).not.toBeNull();
    expect(await create(tokens, "twice")).toBeNull();
    for (let i = 1; i < MAX_API_TOKENS; i += 1) expect(await create(tokens, `${i}`)).not.toBeNull();
    expect(await create(tokens, "one more")).toBeNull();
  });

  it("remembers its last use to a minute", async () => {
    const tokens = new ApiTokens(store.database, () => store.at);
    const text = (await create(tokens, "used")) ?? "";
    expect((await tokens.list())[0]?.lastUsedAt).toBeNull();
    await tokens.find(text);
    await eventually(
      async () => (await tokens.list())[0]?.lastUsedAt,
      (at) => at === NOW,
    );
  });
});

describe("npm run sessions:end", () => {
  it("ends all sessions, of a database that was restored", async () => {
    const { url, remove } = await newDatabase();
    const restored = await Store.open({ url });
    const there = new Sessions(restored.database, () => restored.at, "a password");
    const { text } = await there.open("Firefox on Linux");
    expect(await there.find([text])).not.toBeNull();
    const root = join(import.meta.dirname, "../..");
    await promisify(execFile)(process.execPath, ["build/cli.js", "sessions:end"], {
      cwd: root,
      env: { ...testEnvironment(process.env), NODE_ENV: "production", DATABASE_URL: url },
    });
    expect(await there.find([text])).toBeNull();
    await restored.close();
    await remove();
  });
});
