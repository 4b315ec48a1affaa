import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { OverloadedError } from "../../../app/ingest/group-commit";
import { MAX_BODY, type ReceiverOptions, receiveBeacon } from "../../../app/ingest/receive.server";
import type { Measurement } from "../../../app/vitals/measurement";
import { NOW } from "../../support/measurements";
import { metric, RULES } from "./parse";

const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/** Receives one request; returns the answer, the stored measurements and the arguments of the callbacks. */
async function receive(
  body: BodyInit | null,
  {
    headers = {},
    url = "http://cockpit.example/api/analytics/web-vitals",
    ...options
  }: Partial<ReceiverOptions> & { headers?: Record<string, string>; url?: string } = {},
) {
  const request = new Request(url, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", "User-Agent": CHROME, ...headers },
    ...(body instanceof ReadableStream && { duplex: "half" }),
  });
  const stored: Measurement[] = [];
  const events: unknown[] = [];
  const answer = await receiveBeacon(request, {
    rules: RULES,
    allowedOrigins: null,
    clock: () => NOW,
    commit: async (batch) => void stored.push(...batch),
    onDropped: (reason) => events.push(reason),
    onStored: (count) => events.push(count),
    onFailure: (error) => events.push((error as Error).message),
    ...options,
  });
  return { ...answer, stored, events };
}

const json = (value: unknown): string => JSON.stringify(value);
const GOOD = json({ measurements: [metric({ id: "a" }), metric({ id: "b", name: "FCP" })] });

describe("receiveBeacon", () => {
  it("responds 204 without a body when everything was stored", async () => {
    const { status, body, stored, events } = await receive(GOOD);
    expect({ status, body }).toEqual({ status: 204, body: null });
    expect(stored.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(events).toEqual([2]);
  });

  it("responds only after the commit", async () => {
    let commit = (): void => {};
    const answered = vi.fn();
    const committing = new Promise<void>((begun) => {
      void receive(GOOD, {
        commit: () =>
          new Promise((resolve) => {
            commit = resolve;
            begun();
          }),
      }).then(answered);
    });
    await committing;
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).not.toHaveBeenCalled();
    commit();
    await expect.poll(() => answered, { interval: 1 }).toHaveBeenCalled();
  });

  it("responds 200 with the dropped and ignored parts of a partly good beacon", async () => {
    const { status, body, events } = await receive(
      json({ measurements: [metric({ id: "a", sequence: "x" }), metric({ value: -1 }), 7] }),
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      accepted: 1,
      dropped: [
        { index: 1, reason: "value-out-of-range" },
        { index: 2, reason: "not-an-object" },
      ],
      ignored: [{ index: 0, part: "sequence", reason: "invalid" }],
    });
    expect(events).toEqual(["value-out-of-range", "not-an-object", 1]);
  });

  it("responds 400 with the same body, and stores nothing, without a good measurement", async () => {
    const commit = vi.fn();
    const { status, body } = await receive(json([metric({ name: "TBT" })]), { commit });
    expect(status).toBe(400);
    expect(body).toEqual({ accepted: 0, dropped: [{ index: 0, reason: "unknown-metric" }] });
    expect(commit).not.toHaveBeenCalled();
  });

  it("ignores First Input Delay, which older libraries still report", async () => {
    const onRetired = vi.fn();
    const { status, body, events } = await receive(json([metric({ name: "FID" })]), { onRetired });
    expect(status).toBe(200);
    expect(body).toEqual({
      accepted: 0,
      dropped: [],
      ignored: [{ index: 0, part: "name", reason: "retired-metric" }],
    });
    expect(onRetired).toHaveBeenCalledTimes(1);
    expect(events).toEqual([]);
  });

  it("lists at most 100 dropped measurements, with their total", async () => {
    const { body, events } = await receive(`[${Array(10_000).fill("0").join()}]`);
    expect(body).toMatchObject({ accepted: 0, droppedInAll: 10_000 });
    expect((body as { dropped: unknown[] }).dropped).toHaveLength(100);
    expect(events).toHaveLength(10_000);
  });

  it("responds 400 with the reason to an invalid body", async () => {
    expect(await receive("{")).toMatchObject({ status: 400, body: { error: /^The body is not JSON/ } });
    expect(await receive(null)).toMatchObject({ status: 400, body: { error: "The body is empty." } });
  });

  it("responds 503 with Retry-After to overload and to a failing store, and counts nothing", async () => {
    for (const failure of [new OverloadedError("full"), new Error("disk full")]) {
      const { status, headers, body, events } = await receive(GOOD, {
        commit: () => Promise.reject(failure),
      });
      expect({ status, retry: headers["Retry-After"] }).toEqual({ status: 503, retry: "5" });
      expect(json(body)).not.toContain("disk");
      expect(events).toEqual([failure.message]);
    }
  });
});

describe("receiveBeacon, the request", () => {
  it("accepts the content types of sendBeacon, and none", async () => {
    for (const type of [
      "text/plain",
      "text/plain;charset=UTF-8",
      "Application/JSON",
      "application/json; x=y",
    ]) {
      expect((await receive(GOOD, { headers: { "Content-Type": type } })).status, type).toBe(204);
    }
    const request = new Request("http://cockpit.example/", { method: "POST", body: GOOD });
    request.headers.delete("Content-Type");
    const options = { rules: RULES, allowedOrigins: null, clock: () => NOW, commit: async () => {} };
    expect((await receiveBeacon(request, options)).status).toBe(204);
  });

  it.each([
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/html",
    "application/jsonx",
  ])("responds 415 to %s", async (type) => {
    expect(await receive(GOOD, { headers: { "Content-Type": type } })).toMatchObject({
      status: 415,
      stored: [],
    });
  });

  it("reads the device from the headers, the rest from URL and referrer", async () => {
    const { stored } = await receive(json(metric()), {
      url: "http://cockpit.example/?build_version=2.4.1%2Bx&unknown=1",
      headers: { "Sec-CH-UA-Mobile": "?1", Referer: "https://shop.example/products/7?secret=1" },
    });
    expect(stored).toMatchObject([
      { device: "mobile", buildVersion: "2.4.1+x", route: "/products/[id]", receivedAt: NOW },
    ]);
    const named = await receive(json(metric()), { url: "http://cockpit.example/?route=%2Fa%2F%5Bid%5D" });
    expect(named.stored).toMatchObject([{ route: "/a/[id]", buildVersion: "unknown" }]);
  });

  it("responds 403 to a page of another origin", async () => {
    const allowedOrigins = ["https://shop.example"];
    const from = (origin: string) => receive(GOOD, { allowedOrigins, headers: { Origin: origin } });
    expect(await from("https://evil.example")).toMatchObject({ status: 403, stored: [] });
    expect(await from("null")).toMatchObject({ status: 403 });
    expect(await from("https://shop.example")).toMatchObject({ status: 204 });
    expect(await receive(GOOD, { allowedOrigins })).toMatchObject({ status: 204 });
  });
});

describe("receiveBeacon, the body", () => {
  const padded = (bytes: number): string => GOOD + " ".repeat(bytes - GOOD.length);
  const inPieces = (text: string, size: number): ReadableStream =>
    new ReadableStream({
      start(controller) {
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
        controller.close();
      },
    });

  it("accepts 64 KiB", async () => {
    expect((await receive(padded(MAX_BODY))).status).toBe(204);
    expect((await receive(inPieces(padded(MAX_BODY), 1000))).status).toBe(204);
  });

  it("responds 413 beyond that, with and without Content-Length", async () => {
    for (const body of [
      padded(MAX_BODY + 1),
      inPieces(padded(MAX_BODY + 1), 1000),
      padded(3 * 1024 * 1024),
    ]) {
      const { status, headers, body: answerBody, stored } = await receive(body);
      expect({ status, answerBody, stored }).toEqual({
        status: 413,
        answerBody: { error: "The body is larger than 65536 bytes." },
        stored: [],
      });
      expect(headers).toEqual({ Connection: "close" });
    }
  });

  it("responds 415 to gzip without decompressing it", async () => {
    const bomb = gzipSync("x".repeat(10 * 1024 * 1024));
    for (const encoding of ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"]) {
      const headers = { "Content-Encoding": encoding };
      expect(await receive(bomb, { headers }), encoding).toMatchObject({ status: 415, stored: [] });
    }
    expect((await receive(GOOD, { headers: { "Content-Encoding": "identity" } })).status).toBe(204);
  });

  it("responds 400 to invalid UTF-8 at any byte", async () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x7b, 0xe2, 0x82]]) {
      expect(await receive(Uint8Array.from(bytes))).toMatchObject({
        status: 400,
        body: { error: "The body is not UTF-8 text." },
      });
    }
  });

  it("accepts a byte order mark, and a chunk that ends within a character", async () => {
    expect((await receive(`\ufeff${GOOD}`)).status).toBe(204);
    const { stored } = await receive(inPieces(json(metric({ route: "/ü/👩" })), 1));
    expect(stored).toMatchObject([{ route: "/ü/👩" }]);
  });

  it("responds 400 to a body that breaks off", async () => {
    const broken = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("{")),
      pull: (controller) => controller.error(new Error("aborted")),
    });
    const { status, body } = await receive(broken);
    expect(status).toBe(400);
    expect(json(body)).toContain("broke off after 1 bytes");
  });
});
