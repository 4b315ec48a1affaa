import { gzipSync } from "node:zlib";
import SQLite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idAt } from "../support/measurements";
import { RawConnection, rawRequest } from "../support/raw-http";
import {
  CHROME,
  eventually,
  postBeacon,
  type RunningServer,
  readVitals,
  startServer,
} from "../support/server";
import { fastestOf } from "../support/timing";

let server: RunningServer;
let store: SQLite.Database;
beforeAll(async () => {
  server = await startServer();
  store = new SQLite(server.databasePath, { readonly: true });
});
afterAll(async () => {
  store?.close();
  await server?.close();
});

let made = 0;
const metric = (changes: Record<string, unknown> = {}): Record<string, unknown> => {
  made += 1;
  return { id: idAt(Date.now(), made), name: "LCP", value: 1234.5, ...changes };
};
const idOf = (one: Record<string, unknown>): string => String(one.id);

const row = (id: string) =>
  store.prepare("SELECT * FROM web_vitals_raw WHERE id = ?").get(id) as Record<string, unknown> | undefined;

const count = (): number => store.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get() as number;

describe("a beacon", () => {
  it("is answered 204 only when it is committed: another connection sees it the moment the answer is there", async () => {
    for (let i = 0; i < 20; i += 1) {
      const one = metric({ value: i });
      const { status } = await postBeacon(server, { v: 1, route: "/durable", measurements: [one] });
      expect(row(idOf(one))).toMatchObject({ value: i, route: "/durable" });
      expect(status).toBe(204);
    }
  });

  it("has an empty answer that nobody stores", async () => {
    const response = await postBeacon(server, [metric()]);
    expect(await response.text()).toBe("");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("is readable within two seconds, every time", async () => {
    let sent = 0;
    for (let i = 0; i < 4; i += 1) {
      const took = await fastestOf(2_000, async () => {
        sent += 1;
        await postBeacon(server, { route: "/soon", measurements: [metric({ value: sent })] });
        await eventually(
          () => readVitals(server, "?range=1h&route=%2Fsoon"),
          ({ current }) => current.metrics.LCP.n === sent,
        );
      });
      expect(took).toBeLessThan(2_000);
    }
  });

  it("names what was dropped, and keeps the rest", async () => {
    const good = metric();
    const response = await postBeacon(server, {
      measurements: [metric({ value: -1 }), good, metric({ name: "TBT" })],
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      accepted: 1,
      dropped: [
        { index: 0, reason: "value-out-of-range" },
        { index: 2, reason: "unknown-metric" },
      ],
    });
    expect(row(idOf(good))).toBeDefined();
  });

  it("with nothing good in it is 400 with the same body", async () => {
    const response = await postBeacon(server, [metric({ value: "x" })]);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      accepted: 0,
      dropped: [{ index: 0, reason: "value-not-a-number" }],
    });
  });

  it("takes build version and route from the URL, and the device from its own headers", async () => {
    const one = metric({ device: "bot" });
    const phone = CHROME.replace("Chrome/142.0.0.0", "Chrome/142.0.0.0 Mobile");
    await postBeacon(server, one, {
      search: `?build_version=${encodeURIComponent("3.0.0+ü")}&route=${encodeURIComponent("/a/[b]")}`,
      headers: { "User-Agent": phone },
    });
    expect(row(idOf(one))).toMatchObject({ build_version: "3.0.0+ü", route: "/a/[b]", device: "mobile" });
  });

  it("leaves no query, no fragment and no address behind", async () => {
    const one = metric({
      navigationURL: "https://me:pw@shop.example/secret-page/7?token=t0ps3cret#fragm3nt",
      attribution: { url: "https://cdn.example/a.png?sig=t0ps3cret#fragm3nt", target: "img" },
    });
    await postBeacon(server, one, {
      headers: { Cookie: "session=t0ps3cret", Referer: "https://x.example/?q=t0ps3cret" },
    });
    const text = JSON.stringify(row(idOf(one)));
    expect(text).toContain("/secret-page/[id]");
    expect(text).not.toMatch(/t0ps3cret|fragm3nt|127\.0\.0\.1|me:pw/);
  });
});

describe("bad input", () => {
  const deep = `{"v":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
  it.each<[number, string, string | Uint8Array]>([
    [400, "nothing", ""],
    [400, "no JSON", "{"],
    [400, "HTML", "<script>alert(1)</script>"],
    [400, "NaN", '{"id":"a","name":"LCP","value":NaN}'],
    [400, "Infinity", '{"id":"a","name":"LCP","value":1e999}'],
    [400, "a version nested thirty thousand times", deep],
    [400, "thirty thousand brackets", "[".repeat(30_000)],
    [400, "ten thousand measurements", `[${Array(10_000).fill("{}").join()}]`],
    [400, "a measurement with __proto__", '[{"__proto__":{"id":"a","name":"LCP","value":1}}]'],
    [400, "an id of 60 kB", JSON.stringify([{ id: "x".repeat(60_000), name: "LCP", value: 1 }])],
    [400, "a lone surrogate in a route", '[{"id":"a","name":"LCP","value":1,"route":"\\ud800"}]'],
    [400, "a control character in a build", '[{"id":"a","name":"LCP","value":1,"buildVersion":"a\\u0000"}]'],
    [400, "bytes that are no UTF-8", Uint8Array.from([0x5b, 0xff, 0xfe, 0x5d])],
    [413, "64 KiB and a byte", " ".repeat(65_537)],
    [413, "3 MB", " ".repeat(3_000_000)],
    [413, "an id of a megabyte", JSON.stringify([{ id: "x".repeat(1_048_576), name: "LCP", value: 1 }])],
  ])("is %d for %s", async (status, _, body) => {
    const before = count();
    const response = await postBeacon(server, body);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    const said = await response.json();
    expect(said).toHaveProperty(status === 400 && "accepted" in said ? "accepted" : "error");
    expect(count()).toBe(before);
  });

  it("keeps HTML as the text that it is", async () => {
    const html = `<img src=x onerror="alert(1)">`;
    const one = metric({ route: html, buildVersion: html, attribution: { target: html } });
    expect((await postBeacon(server, one)).status).toBe(204);
    expect(row(idOf(one))).toMatchObject({ route: html, build_version: html });
  });

  it.each([
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/html",
  ])("is 415 as %s", async (type) => {
    const response = await postBeacon(server, [metric()], { headers: { "Content-Type": type } });
    expect(response.status).toBe(415);
    await response.json();
  });

  it("is 415 when it is packed, and is never unpacked", async () => {
    const bomb = gzipSync(" ".repeat(8_000_000));
    for (const encoding of ["gzip", "br", "deflate"]) {
      const response = await postBeacon(server, bomb, { headers: { "Content-Encoding": encoding } });
      expect(response.status).toBe(415);
      await response.json();
    }
  });

  const head = (length: string): string =>
    `POST /api/analytics/web-vitals HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n${length}\r\n\r\n`;

  it("is 413 in chunks too, and 3 MB of them", async () => {
    for (const chunks of [17, 750]) {
      const chunk = `1000\r\n${" ".repeat(4096)}\r\n`;
      const answer = await rawRequest(
        server.port,
        head("Transfer-Encoding: chunked"),
        ...Array(chunks).fill(chunk),
        "0\r\n\r\n",
      );
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
      expect(answer).toContain('{"error":"The body is larger than 65536 bytes."}');
    }
  });

  it("that breaks off, or never ends, keeps nobody else waiting", async () => {
    const open = await Promise.all(Array.from({ length: 20 }, () => RawConnection.open(server.port)));
    open.forEach((connection, i) => {
      connection.write(`${head("Content-Length: 1000")}{"measurements":[`);
      if (i % 2 === 0) connection.destroy();
    });
    const one = metric();
    expect((await postBeacon(server, [one])).status).toBe(204);
    expect(row(idOf(one))).toBeDefined();
    for (const connection of open) connection.destroy();
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
  });

  it("may come slowly", async () => {
    const one = metric();
    const body = JSON.stringify([one]);
    const connection = await RawConnection.open(server.port);
    connection.write(head(`Content-Length: ${body.length}\r\nConnection: close`));
    for (const character of body) {
      connection.write(character);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await connection.closed()).toMatch(/^HTTP\/1\.1 204 /);
    expect(row(idOf(one))).toBeDefined();
  });

  it("that is no HTTP is 400 and ends there", async () => {
    expect(await rawRequest(server.port, "POST /api/analytics/web-vitals\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    const both = `${head("Content-Length: 5\r\nTransfer-Encoding: chunked")}0\r\n\r\n`;
    expect(await rawRequest(server.port, both)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("other methods", () => {
  it.each(["GET", "HEAD", "PUT", "PATCH", "DELETE"])("%s is 405 and told what there is", async (method) => {
    const before = count();
    const body = ["GET", "HEAD"].includes(method) ? {} : { body: JSON.stringify([metric()]) };
    const response = await fetch(`${server.origin}/api/analytics/web-vitals`, { method, ...body });
    await response.text();
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST, OPTIONS");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(count()).toBe(before);
  });

  it.each([
    "TRACE",
    "PROPFIND",
    "LINK",
    "SEARCH",
  ])("%s is 405, and no failure of the server", async (method) => {
    const answer = await rawRequest(
      server.port,
      `${method} /api/analytics/web-vitals HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toMatch(/^allow: /im);
  });

  it("OPTIONS is a preflight, for any page", async () => {
    const response = await fetch(`${server.origin}/api/analytics/web-vitals`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
      },
    });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "https://shop.example",
      "access-control-allow-credentials": "true",
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "Content-Type, X-Beacon-Token",
      "cross-origin-resource-policy": "cross-origin",
    });
  });
});

it("pages of any origin may read every answer", async () => {
  const origin = { Origin: "https://shop.example" };
  const answers = [
    await postBeacon(server, [metric()], { headers: origin }),
    await postBeacon(server, "{", { headers: origin }),
    await postBeacon(server, " ".repeat(70_000), { headers: origin }),
    await postBeacon(server, "", { headers: { ...origin, "Content-Type": "text/html" } }),
  ];
  for (const response of answers) {
    await response.text();
    expect(response.headers.get("access-control-allow-origin"), String(response.status)).toBe(origin.Origin);
    expect(response.headers.get("access-control-expose-headers")).toContain("Retry-After");
    expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(response.headers.has("set-cookie")).toBe(false);
  }
});

it("many beacons at once are all stored, and each is answered", async () => {
  const before = count();
  const beacons = Array.from({ length: 200 }, (_, i) =>
    postBeacon(server, { route: `/many/${i % 5}`, measurements: [metric(), metric(), metric()] }),
  );
  const statuses = (await Promise.all(beacons)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([204]));
  expect(count()).toBe(before + 600);
});

it("nothing of all this was an error of the server", () => {
  const errors = server
    .log()
    .split("\n")
    .filter((line) => !line.startsWith('{"level":"info"') && line !== "");
  expect(errors).toEqual([]);
});
