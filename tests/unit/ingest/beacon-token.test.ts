import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  beaconToken,
  checkToken,
  LONGEST_LIFETIME,
  type TokenResult,
} from "../../../app/ingest/beacon-token";
import { IdempotencyCache } from "../../../app/ingest/idempotency-cache";
import { receiveBeacon } from "../../../app/ingest/receive.server";
import { receiveFaro } from "../../../app/ingest/receive-faro.server";
import { receiveOtlpLogs } from "../../../app/ingest/receive-otlp.server";
import { readSettings } from "../../../app/tracker/settings";
import type { Measurement } from "../../../app/vitals/measurement";
import { DAY, MINUTE } from "../../../app/vitals/time";
import { examples, NOW } from "../../support/measurements";
import { metric, RULES } from "./parse";

const KEY = "a key of thirty-two characters..".replaceAll(" ", "-");
const URL_OF = "https://vitals.example/readings";
const TOKEN = beaconToken(KEY, NOW + DAY);

const request = (headers: Record<string, string> = {}, search = "") =>
  new Request(URL_OF + search, { method: "POST", headers });
const check = (token: string, now = NOW): TokenResult =>
  checkToken(request({ "X-Beacon-Token": token }), KEY, now);

describe("checkToken", () => {
  it("accepts a token in a header or the URL, and the key in a header", () => {
    expect(check(TOKEN)).toBe("valid");
    expect(checkToken(request({}, `?a=b&token=${TOKEN}`), KEY, NOW)).toBe("valid");
    expect(checkToken(request({ "X-Beacon-Key": KEY }), KEY, NOW)).toBe("valid");
  });

  it("names what is missing, and a wrong key", () => {
    expect(checkToken(request(), KEY, NOW)).toBe("missing");
    expect(checkToken(request({}, "?token="), KEY, NOW)).toBe("missing");
    expect(checkToken(request({ "X-Beacon-Key": `${KEY}x` }), KEY, NOW)).toBe("invalid");
    expect(checkToken(request({ "X-Beacon-Key": "" }), KEY, NOW)).toBe("invalid");
  });

  it("accepts a token until its end, and five minutes for clocks that differ", () => {
    expect(check(TOKEN, NOW + DAY + 5 * MINUTE - 1_000)).toBe("valid");
    expect(check(TOKEN, NOW + DAY + 5 * MINUTE)).toBe("expired");
  });

  it("accepts no token that is valid for more than eight days", () => {
    expect(check(beaconToken(KEY, NOW + LONGEST_LIFETIME))).toBe("valid");
    expect(check(beaconToken(KEY, NOW + LONGEST_LIFETIME + DAY))).toBe("invalid");
  });

  it("rejects every changed character, other keys and any text", () => {
    fc.assert(
      fc.property(fc.nat(TOKEN.length - 1), fc.constantFrom("0", "1", "A", "_", "."), (at, character) => {
        fc.pre(TOKEN[at] !== character);
        // The last of 43 characters of base64url has two unused bits, which the comparison of texts covers.
        expect(check(TOKEN.slice(0, at) + character + TOKEN.slice(at + 1))).toBe("invalid");
      }),
      examples(300),
    );
    expect(check(beaconToken(`${KEY}x`, NOW + DAY))).toBe("invalid");
    for (const text of [".", "1.", `${TOKEN}.`, ` ${TOKEN}x`, "9".repeat(5_000)]) {
      expect(check(text)).toBe("invalid");
    }
  });
});

describe("BEACON_KEY", () => {
  const body = JSON.stringify({ measurements: [metric({ id: "a" })] });
  const faro = JSON.stringify({
    meta: { app: { name: "shop" } },
    measurements: [{ type: "web-vitals", values: { lcp: 1_000 }, context: { id: "v4-1-1" } }],
  });

  async function receiveAll(token: string | null, isRequired: boolean) {
    const stored: Measurement[] = [];
    const results: TokenResult[] = [];
    const options = {
      ...{ rules: RULES, allowedOrigins: null, clock: () => NOW },
      commit: async (batch: readonly Measurement[]) => void stored.push(...batch),
      tokens: { key: KEY, isRequired, onChecked: (result: TokenResult) => results.push(result) },
    };
    const headers = {
      "Content-Type": "application/json",
      ...(token !== null && { "X-Beacon-Token": token }),
    };
    const post = (text: string) => new Request(URL_OF, { method: "POST", body: text, headers });
    const faroOptions = { ...options, apiKey: null, idempotencyCache: new IdempotencyCache(), forward: null };
    const answers = [
      await receiveBeacon(post(body), options),
      await receiveFaro(post(faro), faroOptions),
      await receiveOtlpLogs(post(JSON.stringify({ resourceLogs: [] })), options),
    ];
    return { statuses: answers.map(({ status }) => status), stored: stored.length, results };
  }

  it("rejects beacons without a valid token at each endpoint, and stores nothing", async () => {
    const rejected = { statuses: [403, 403, 403], stored: 0 };
    expect(await receiveAll(null, true)).toMatchObject({ ...rejected, results: Array(3).fill("missing") });
    expect(await receiveAll(beaconToken(KEY, NOW - DAY), true)).toMatchObject({
      ...rejected,
      results: Array(3).fill("expired"),
    });
  });

  it("accepts and counts beacons with a token, and all of them with BEACON_TOKENS=counted", async () => {
    const accepted = { statuses: [204, 202, 200], stored: 2 };
    expect(await receiveAll(TOKEN, true)).toMatchObject({ ...accepted, results: Array(3).fill("valid") });
    expect(await receiveAll(null, false)).toMatchObject({ ...accepted, results: Array(3).fill("missing") });
  });
});

describe("the documented code", () => {
  it("signs a token that is valid", () => {
    const guide = readFileSync(join(import.meta.dirname, "../../../docs/deployment.md"), "utf8");
    const [, code = ""] = /## Signed beacons\n[\s\S]*?```js\n([\s\S]*?)```/.exec(guide) ?? [];
    const program = `${code}\nconsole.log(vitalsToken(${JSON.stringify(KEY)}, 2 * 86400));`;
    const token = execFileSync(process.execPath, ["--input-type=module"], {
      input: program,
      encoding: "utf8",
    });
    expect(check(token.trim(), Date.now())).toBe("valid");
  });
});

describe("data-token", () => {
  it("is part of the URL that the script sends to", () => {
    const tag = {
      src: "https://vitals.example/vitals.js",
      getAttribute: (name: string) =>
        ({ "data-token": ` ${TOKEN}\n`, "data-endpoint": "/in?site=1" })[name] ?? null,
    };
    const { endpoint = "" } = readSettings(tag, "https://shop.example/a", 0) ?? {};
    expect(endpoint).toBe(`https://shop.example/in?site=1&token=${TOKEN}`);
    expect(checkToken(new Request(endpoint), KEY, NOW)).toBe("valid");
  });
});
