import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { FaroForward } from "../../../app/ingest/faro-forward.server";
import { OverloadedError } from "../../../app/ingest/group-commit";
import { IdempotencyCache } from "../../../app/ingest/idempotency-cache";
import {
  type FaroReceiverOptions,
  MAX_FARO_BODY,
  receiveFaro,
} from "../../../app/ingest/receive-faro.server";
import { MAX_LARGE } from "../../../app/server/request-body.server";
import type { Measurement } from "../../../app/vitals/measurement";
import { idAt, NOW } from "../../support/measurements";
import { CHROME } from "../../support/server";
import { RULES } from "./parse";

/** A receiver, and what it did. */
function receiver(changes: Partial<FaroReceiverOptions> = {}) {
  const stored: Measurement[] = [];
  const forwarded: FaroForward[] = [];
  const events: unknown[] = [];
  const options: FaroReceiverOptions = {
    rules: RULES,
    allowedOrigins: null,
    clock: () => NOW,
    commit: async (batch) => void stored.push(...batch),
    onDropped: (reason) => events.push(reason),
    apiKey: null,
    idempotencyCache: new IdempotencyCache(),
    forward: (one) => forwarded.push(one),
    onIgnored: (kind, count) => events.push(`${count} ${kind}`),
    ...changes,
  };
  const post = (body: BodyInit, headers: Record<string, string> = {}) =>
    receiveFaro(
      new Request("http://cockpit.example/api/analytics/faro?route=/x&build_version=y", {
        method: "POST",
        body,
        headers: {
          "Content-Type": "application/json",
          "User-Agent": CHROME,
          Referer: "https://shop.example/",
          ...headers,
        },
        ...(body instanceof ReadableStream && { duplex: "half" }),
      }),
      options,
    );
  return { post, stored, forwarded, events };
}

const bodyOf = (values: object, meta: object = { app: { version: "1.42.0", environment: "staging" } }) =>
  JSON.stringify({
    meta,
    measurements: [
      { type: "web-vitals", values, context: { id: idAt(NOW, 1) }, timestamp: "2026-11-22T10:17:30Z" },
    ],
  });
const GOOD = bodyOf({ lcp: 400 });

describe("receiveFaro", () => {
  it("responds 202 without a body when everything was stored", async () => {
    const { post, stored } = receiver();
    expect(await post(GOOD)).toEqual({ status: 202, body: null, headers: {} });
    expect(stored).toMatchObject([{ metric: "LCP", buildVersion: "1.42.0", route: "(unknown)" }]);
  });

  it("responds 202 for a body without Web Vitals, and counts the ignored items", async () => {
    const { post, stored, events } = receiver();
    expect(await post('{"events":[{"name":"a"}]}')).toMatchObject({ status: 202, body: null });
    expect({ stored, events }).toEqual({ stored: [], events: ["1 events"] });
  });

  it("responds 202 with the reasons for a partly bad body, 400 for a bad one", async () => {
    const { post, events } = receiver();
    const [good, bad] = [GOOD, bodyOf({ lcp: -1 })].map((text) => JSON.parse(text).measurements[0]);
    const dropped = [{ index: 1, reason: "value-out-of-range" }];
    expect(await post(JSON.stringify({ measurements: [good, bad] }))).toMatchObject({
      status: 202,
      body: { accepted: 1, dropped },
    });
    expect(await post(JSON.stringify({ measurements: [bad] }))).toMatchObject({
      status: 400,
      body: { accepted: 0 },
    });
    expect(events).toEqual(["value-out-of-range", "value-out-of-range"]);
  });

  it("responds 202 for valid measurements that are not accepted", async () => {
    const { post, stored } = receiver({ rules: { ...RULES, acceptEnvironments: ["production"] } });
    expect(await post(GOOD)).toMatchObject({
      status: 202,
      body: { accepted: 0, dropped: [{ index: 0, reason: "environment-not-accepted" }] },
    });
    expect(stored).toEqual([]);
  });

  it("responds 429 with Retry-After to overload and 503 to a failing store, and forwards nothing", async () => {
    for (const [failure, status] of [
      [new OverloadedError("full"), 429],
      [new Error("disk full"), 503],
    ] as const) {
      const { post, forwarded, events } = receiver({ commit: () => Promise.reject(failure) });
      expect(await post(GOOD)).toMatchObject({ status, headers: { "Retry-After": "5" } });
      expect({ forwarded, events }).toEqual({ forwarded: [], events: [] });
    }
  });

  it("responds 400, 403, 413 and 415 like receiveBeacon", async () => {
    const { post, stored, forwarded } = receiver({ allowedOrigins: ["https://shop.example"] });
    expect(await post("{")).toMatchObject({ status: 400 });
    expect(await post(GOOD, { Origin: "https://evil.example" })).toMatchObject({ status: 403 });
    expect(await post(" ".repeat(MAX_FARO_BODY + 1))).toMatchObject({ status: 413 });
    expect(await post(GOOD, { "Content-Type": "text/html" })).toMatchObject({ status: 415 });
    expect({ stored, forwarded }).toEqual({ stored: [], forwarded: [] });
  });
});

describe("receiveFaro with x-api-key", () => {
  it("responds 401 to any other key than the expected one", async () => {
    const { post, stored, forwarded } = receiver({ apiKey: "kéy" });
    const latin1 = Buffer.from("kéy").toString("latin1");
    expect(await post(GOOD)).toMatchObject({ status: 401 });
    for (const key of ["", "key", `${latin1}x`]) {
      expect(await post(GOOD, { "x-api-key": key })).toMatchObject({ status: 401 });
    }
    expect(await post(gzipSync(GOOD), { "Content-Encoding": "gzip" })).toMatchObject({ status: 401 });
    expect(await post(" ".repeat(MAX_FARO_BODY + 1))).toMatchObject({ status: 401 });
    expect({ stored, forwarded }).toEqual({ stored: [], forwarded: [] });
    expect(await post(GOOD, { "x-api-key": latin1 })).toMatchObject({ status: 202 });
  });

  it("accepts any key when none is expected", async () => {
    expect(await receiver().post(GOOD, { "x-api-key": "demo" })).toMatchObject({ status: 202 });
  });
});

describe("receiveFaro with a gzip body", () => {
  const gzip = { "Content-Encoding": "gzip" };

  it("decompresses it, and forwards it compressed", async () => {
    const { post, stored, forwarded } = receiver();
    const packed = gzipSync(GOOD);
    expect(await post(packed, gzip)).toMatchObject({ status: 202 });
    expect(stored).toHaveLength(1);
    expect(forwarded.map(({ body }) => body.equals(packed))).toEqual([true]);
    expect(forwarded[0]?.headers).toMatchObject({ "content-encoding": "gzip" });
  });

  it("responds 413 when it decompresses to more than the limit", async () => {
    const { post, stored } = receiver();
    const fits = gzipSync(GOOD.padEnd(MAX_FARO_BODY));
    expect(await post(fits, gzip)).toMatchObject({ status: 202 });
    for (const size of [MAX_FARO_BODY + 1, 200 * 1024 * 1024]) {
      expect(await post(gzipSync(Buffer.alloc(size, " ")), gzip)).toMatchObject({ status: 413 });
    }
    expect(stored).toHaveLength(1);
  });

  it("responds 400 to invalid and truncated gzip", async () => {
    const { post } = receiver();
    for (const body of [GOOD, "", gzipSync(GOOD).subarray(0, 40), gzipSync(Uint8Array.of(0xff))]) {
      expect(await post(body, gzip)).toMatchObject({ status: 400 });
    }
  });

  it("responds 415 to another content encoding", async () => {
    for (const encoding of ["br", "deflate", "zstd", "gzip, gzip"]) {
      expect(await receiver().post(gzipSync(GOOD), { "Content-Encoding": encoding })).toMatchObject({
        status: 415,
      });
    }
  });
});

it("receiveFaro reads at most 64 large bodies at once, and still accepts small ones", async () => {
  const { post, stored } = receiver();
  const ends: Array<() => void> = [];
  const chunk = new TextEncoder().encode(" ".repeat(100_000));
  /** A large body that ends only when the test ends it. */
  const slow = (): Promise<number> => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(chunk);
        ends.push(() => {
          controller.enqueue(new TextEncoder().encode(GOOD));
          controller.close();
        });
      },
    });
    return post(body).then(({ status }) => status);
  };
  const first = Array.from({ length: MAX_LARGE }, slow);
  await new Promise((resolve) => setImmediate(resolve));
  const late = slow();
  await new Promise((resolve) => setImmediate(resolve));
  expect((await post(GOOD)).status).toBe(202);
  for (const end of ends.splice(0)) end();
  expect(await late).toBe(429);
  expect(new Set(await Promise.all(first))).toEqual(new Set([202]));
  const again = slow();
  for (const end of ends.splice(0)) end();
  expect(await again).toBe(202);
  expect(stored).toHaveLength(MAX_LARGE + 2);
});

describe("receiveFaro with an idempotency key", () => {
  const key = { "Idempotency-Key": "QZNRe3yj5LQbUReyC8pc" };

  it("counts and forwards a retried body once, with the same response", async () => {
    const { post, stored, forwarded } = receiver();
    expect((await post(GOOD, key)).status).toBe(202);
    expect((await post(GOOD, key)).status).toBe(202);
    expect({ stored: stored.length, forwarded: forwarded.length }).toEqual({ stored: 1, forwarded: 1 });
  });

  it("accepts another body or another key", async () => {
    const { post, stored } = receiver();
    await post(GOOD, key);
    await post(bodyOf({ lcp: 401 }), key);
    await post(GOOD, { "Idempotency-Key": "another" });
    await post(GOOD);
    expect(stored).toHaveLength(4);
  });

  it("accepts a retry after a failure", async () => {
    let failing = true;
    const stored: Measurement[] = [];
    const { post } = receiver({
      commit: async (batch) => {
        if (failing) throw new OverloadedError("full");
        stored.push(...batch);
      },
    });
    expect((await post(GOOD, key)).status).toBe(429);
    failing = false;
    expect((await post(GOOD, key)).status).toBe(202);
    expect(stored).toHaveLength(1);
  });
});

it("forwardOf keeps the headers that a collector needs, without the visitor's address", async () => {
  const { post, forwarded } = receiver();
  await post(GOOD, {
    Origin: "https://shop.example",
    "X-Faro-Session-Id": "s",
    "X-Api-Key": "k",
    "Idempotency-Key": "i",
    Cookie: "session=secret",
    "X-Client-Address": "192.0.2.7",
    "X-Forwarded-For": "192.0.2.7",
  });
  expect(forwarded.map(({ body, headers }) => ({ body: body.toString(), headers }))).toEqual([
    {
      body: GOOD,
      headers: {
        "content-type": "application/json",
        "idempotency-key": "i",
        origin: "https://shop.example",
        "user-agent": CHROME,
        "x-api-key": "k",
        "x-faro-session-id": "s",
      },
    },
  ]);
});

it("receiveFaro reads the device from the request's headers, not from the body", async () => {
  const { post, stored } = receiver();
  const meta = { browser: { mobile: true, userAgent: "Googlebot" } };
  await post(bodyOf({ lcp: 1 }, meta));
  await post(bodyOf({ lcp: 2 }, meta), { "User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)" });
  await post(bodyOf({ lcp: 3 }, meta), { "Sec-CH-UA-Mobile": "?1" });
  expect(stored.map(({ device }) => device)).toEqual(["desktop", "bot", "mobile"]);
});

it("IdempotencyCache holds the last 10,000 bodies", () => {
  const recent = new IdempotencyCache();
  const body = Buffer.from("x");
  for (let i = 0; i <= 10_000; i += 1) recent.add(`key-${i}`, body);
  expect([recent.has("key-0", body), recent.has("key-1", body), recent.has("key-10000", body)]).toEqual([
    false,
    true,
    true,
  ]);
});
