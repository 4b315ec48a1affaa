import SQLite from "better-sqlite3";
import { afterEach, describe, expect, it } from "vitest";
import { beaconToken } from "../../app/ingest/beacon-token";
import { resourceLogs, webVital } from "../support/otlp-logs";
import { ADMIN_API_TOKEN, CHROME, type RunningServer, startServer } from "../support/server";

const KEY = "a-key-of-the-tests-with-forty-characters";
const HOUR = 60 * 60 * 1_000;

const measurement = { id: "signed-1", name: "LCP", value: 1_000 };
const faro = {
  meta: { page: { url: "https://shop.example/a" }, app: { version: "2.4.1" } },
  measurements: [{ type: "web-vitals", values: { lcp: 1_200 }, context: { id: "v5-signed" } }],
};
const BODIES: Readonly<Record<string, unknown>> = {
  "/readings": { v: 1, buildVersion: "2.4.1", url: "https://shop.example/a", measurements: [measurement] },
  "/collect": faro,
  "/v1/logs": { resourceLogs: [resourceLogs({ "service.name": "shop" }, [webVital({ id: "signed-otlp" })])] },
};

let server: RunningServer | undefined;
afterEach(() => server?.close());

/** Posts one body to each endpoint. @returns the statuses */
const postAll = (origin: string, headers: Record<string, string>): Promise<number[]> =>
  Promise.all(
    Object.entries(BODIES).map(async ([path, body]) => {
      const response = await fetch(origin + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", "User-Agent": CHROME, ...headers },
        body: JSON.stringify(body),
      });
      return response.status;
    }),
  );

function countRows(path: string): number {
  const database = new SQLite(path, { readonly: true });
  try {
    return Number(database.prepare("SELECT count(*) FROM web_vitals_raw").pluck().get());
  } finally {
    database.close();
  }
}

describe.each(["cockpit", "collector"] as const)("a %s with BEACON_KEY", (program) => {
  it("stores beacons with a valid token only, at every endpoint, and counts them by their token", async () => {
    server = await startServer({ program, env: { BEACON_KEY: KEY } });
    const { origin, databasePath } = server;
    const valid = beaconToken(KEY, Date.now() + HOUR);
    const expired = beaconToken(KEY, Date.now() - HOUR);
    expect(await postAll(origin, {})).toEqual([403, 403, 403]);
    expect(await postAll(origin, { "X-Beacon-Token": `${valid}x` })).toEqual([403, 403, 403]);
    expect(await postAll(origin, { "X-Beacon-Token": expired })).toEqual([403, 403, 403]);
    expect(countRows(databasePath)).toBe(0);
    expect(await postAll(origin, { "X-Beacon-Token": valid })).toEqual([204, 202, 200]);
    expect(countRows(databasePath)).toBe(3);
    const page = await fetch(`${origin}/metrics`, {
      headers: { Authorization: `Bearer ${ADMIN_API_TOKEN}` },
    });
    const text = await page.text();
    for (const result of ["missing", "invalid", "expired", "valid"]) {
      expect(text).toContain(`vitals_beacon_tokens_total{result="${result}"} 3\n`);
    }
  });
});
