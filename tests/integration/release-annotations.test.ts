import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  observabilityConfig,
  type ReleaseAnnotationConfig,
} from "../../app/observability/observability-config";
import { createReleaseAnnotator } from "../../app/observability/release-annotations/annotator.server";
import {
  type AnnotateRelease,
  annotateNewReleases,
} from "../../app/observability/release-annotations/new-releases.server";
import { readEnvironment } from "../../app/platform/env.server";
import { announceRelease } from "../../app/storage/releases.server";
import { insertSetting } from "../../app/storage/settings.server";
import { HOUR, MINUTE, SECOND } from "../../app/vitals/time";
import { type Behaviour, FakeGrafana } from "../support/fake-grafana";
import { measurement, measurements, NOW } from "../support/measurements";
import { Store } from "../support/store";

const TOKEN = "glsa_of-the-tests";
const never = new AbortController().signal;

let store: Store;
let grafana: FakeGrafana;
beforeEach(async () => {
  [store, grafana] = await Promise.all([Store.open(), FakeGrafana.start(TOKEN)]);
});
afterEach(async () => {
  await grafana.close();
  await store.close();
});

function config(env: Record<string, string> = {}): ReleaseAnnotationConfig {
  const { releaseAnnotations } = observabilityConfig(
    readEnvironment({
      GRAFANA_BASE_URL: grafana.baseUrl,
      GRAFANA_SERVICE_ACCOUNT_TOKEN: TOKEN,
      GRAFANA_SERVICE_NAME: "shop-web",
      ...env,
    }),
  );
  if (releaseAnnotations === null) throw new Error("No release annotations are configured.");
  return releaseAnnotations;
}

const annotator = (timeout = 60_000): AnnotateRelease => createReleaseAnnotator(config(), never, timeout);

const pass = (annotate: AnnotateRelease = annotator(), on: Store = store) =>
  annotateNewReleases(on.database, annotate, () => on.at);

/** A build that is established: 30 page views, all of the hour's. */
async function release(buildVersion: string, views = 30): Promise<void> {
  const received = measurements(views, { buildVersion, receivedAt: store.at }).map((one, i) => ({
    ...one,
    id: `${buildVersion} ${store.at} ${i}`,
  }));
  await store.ingest(...received);
  await store.fold();
}

const texts = (): string[] => grafana.annotations.map(({ text }) => text);

describe("annotateNewReleases", () => {
  it("annotates a release once, at its time, over many passes and restarts", async () => {
    await pass();
    store.at += HOUR;
    await release("2.4.1");
    expect(await pass()).toEqual({ delivered: 1, failure: null });
    expect(grafana.annotations).toEqual([
      {
        id: 1,
        time: store.at,
        tags: ["release", "service:shop-web", "version:2.4.1"],
        text: "shop-web 2.4.1",
      },
    ]);
    store.at += HOUR;
    expect(await pass()).toEqual({ delivered: 0, failure: null });
    const restarted = await store.alsoOpen();
    expect(await pass(annotator(), restarted)).toEqual({ delivered: 0, failure: null });
    await restarted.close();
    expect(texts()).toEqual(["shop-web 2.4.1"]);
  });

  it("ignores releases first seen before the first pass", async () => {
    await release("2.4.0");
    store.at += 1;
    await pass();
    await pass();
    store.at += HOUR;
    await release("2.4.0");
    await release("2.4.1");
    await pass();
    expect(texts()).toEqual(["shop-web 2.4.1"]);
  });

  it("waits until a release is established", async () => {
    await pass();
    store.at += 1;
    await release("2.4.1", 29);
    await pass();
    expect(texts()).toEqual([]);
    await store.ingest(measurement({ id: "one more", buildVersion: "2.4.1", receivedAt: store.at }));
    await store.fold();
    await pass();
    expect(texts()).toEqual(["shop-web 2.4.1"]);
  });

  it("waits for the second hour of a release that replaces another", async () => {
    for (let hour = 0; hour < 2; hour += 1) {
      await release("2.4.0");
      store.at += HOUR;
    }
    await pass();
    store.at += 1;
    await release("2.4.1");
    store.exec("UPDATE releases SET vouched_at = 1");
    await pass();
    expect(texts()).toEqual([]);
    store.at += HOUR;
    await release("2.4.1");
    await pass();
    expect(texts()).toEqual(["shop-web 2.4.1"]);
  });

  it("uses the time and link of a deploy announcement, and waits for the first measurement", async () => {
    await pass();
    const announced = { buildVersion: "2.4.1", announcedAt: NOW - MINUTE, link: "https://git.example/2.4.1" };
    await announceRelease(store.database.write, announced, NOW);
    expect(await pass()).toEqual({ delivered: 0, failure: null });
    store.at += MINUTE;
    await release("2.4.1", 1);
    await pass();
    expect(grafana.annotations).toMatchObject([
      { time: NOW - MINUTE, text: "shop-web 2.4.1\nhttps://git.example/2.4.1" },
    ]);
  });

  it("ignores the cockpit's own pages, unknown builds and (other)", async () => {
    await pass();
    store.at += 1;
    for (const name of ["cockpit-0.1.0", "unknown", "(other)"]) await release(name);
    expect(await pass()).toEqual({ delivered: 0, failure: null });
    expect(grafana.requests).toEqual([]);
  });

  it("annotates a release once when several processes run it at the same time", async () => {
    await pass();
    store.at += 1;
    await release("2.4.1");
    await release("2.4.2-rc");
    const others = await Promise.all([store.alsoOpen(), store.alsoOpen(), store.alsoOpen()]);
    await Promise.all(
      [store, ...others, ...others].map(async (one) => {
        await pass(annotator(), one);
        await pass(annotator(), one);
      }),
    );
    for (const other of others) await other.close();
    expect(texts().sort()).toEqual(["shop-web 2.4.1", "shop-web 2.4.2-rc"]);
  });
});

const FAILURES: ReadonlyArray<[Behaviour, RegExp]> = [
  ["never answers", /did not answer in time/],
  ["stores and never answers", /did not answer in time/],
  ["answers 500", /answered 500/],
  ["stores and answers 500", /answered 500/],
  ["answers HTML", /answered text\/html instead of JSON/],
  ["stores and answers HTML", /answered text\/html instead of JSON/],
  ["answers without an id", /without an annotation's id/],
  ["hangs up", /UND_ERR_SOCKET|ECONNRESET/],
  ["redirects", /answered 302/],
  ["answers 403", /answered 403/],
  ["has no end", /has no end|in time/],
];

describe("annotateNewReleases when Grafana fails", () => {
  it.each(FAILURES)("retries after a delay and posts one annotation when Grafana %s", async (how, reason) => {
    // On a busy machine, too, a Grafana that answers must not run into the timeout.
    const annotate = how.endsWith("never answers") ? annotator(300) : annotator();
    await pass();
    store.at += 1;
    await release("2.4.1");
    grafana.behaviour = how;
    expect(await pass(annotate)).toMatchObject({ delivered: 0, failure: expect.stringMatching(reason) });
    const asked = grafana.requests.length;
    store.at += 29 * SECOND;
    await pass(annotate);
    expect(grafana.requests).toHaveLength(asked);
    // Once more it fails; then it has longer to wait.
    store.at += SECOND;
    expect(await pass(annotate)).toMatchObject({ delivered: 0 });
    store.at += 30 * SECOND;
    await pass(annotate);
    expect(grafana.requests.length).toBeLessThanOrEqual(asked + 1);
    grafana.behaviour = "works";
    store.at += MINUTE;
    expect(await pass()).toEqual({ delivered: 1, failure: null });
    store.at += HOUR;
    await pass();
    expect(texts()).toEqual(["shop-web 2.4.1"]);
    expect(grafana.requests.every(({ url }) => url.startsWith("/grafana/api/annotations"))).toBe(true);
  });

  it("retries without a look-up when the connection was refused", async () => {
    await pass();
    store.at += 1;
    await release("2.4.1");
    const other = await FakeGrafana.start(TOKEN);
    await other.close();
    const gone = createReleaseAnnotator(config({ GRAFANA_BASE_URL: other.baseUrl }), never);
    expect(await pass(gone)).toEqual({ delivered: 0, failure: "ECONNREFUSED" });
    store.at += MINUTE;
    expect(await pass()).toEqual({ delivered: 1, failure: null });
    expect(grafana.requests.map(({ method }) => method)).toEqual(["POST"]);
  });

  it("annotates later releases as soon as Grafana works again", async () => {
    await pass();
    store.at += 1;
    await release("2.4.1");
    grafana.behaviour = "answers 500";
    await pass();
    await release("2.4.2-rc");
    grafana.behaviour = "works";
    await pass();
    store.at += HOUR;
    await pass();
    expect(texts().sort()).toEqual(["shop-web 2.4.1", "shop-web 2.4.2-rc"]);
  });
});

describe("annotateNewReleases with a state of an earlier version", () => {
  const key = "release-marker:2.4.1";
  const earlier = {
    buildVersion: "2.4.1",
    at: NOW + 1,
    link: null,
    done: false,
    attempts: 1,
    until: NOW,
    maybe: true,
  };

  it("looks for the annotation first when the state does not say whether an attempt may have succeeded", async () => {
    await pass();
    store.at += 1;
    await release("2.4.1");
    await insertSetting(store.database.write, { key, value: JSON.stringify(earlier) });
    expect(await pass()).toEqual({ delivered: 1, failure: null });
    expect(grafana.requests.map(({ method }) => method)).toEqual(["GET", "POST"]);
  });

  it.each([
    { name: "no JSON", value: "{" },
    { name: "another shape", value: JSON.stringify({ ...earlier, until: "soon" }) },
  ])("names the setting when it holds $name", async ({ value }) => {
    await pass();
    await insertSetting(store.database.write, { key, value });
    await expect(pass()).rejects.toThrow("The setting release-marker:2.4.1 is not the state of a delivery.");
  });
});

describe("annotateNewReleases in a process that is killed", () => {
  it.each([
    ["before Grafana stored it", "never answers"],
    ["after Grafana stored it", "stores and never answers"],
  ] as const)("leaves the release to another process after the lease, killed %s", async (_, how) => {
    await pass();
    store.at += 1;
    await release("2.4.1");
    grafana.behaviour = how;
    const killed = new Error("killed");
    const dying: AnnotateRelease = async (one, options) => {
      await annotator(200)(one, options);
      throw killed;
    };
    await expect(pass(dying)).rejects.toBe(killed);
    grafana.behaviour = "works";
    const other = await store.alsoOpen();
    expect(await pass(annotator(), other)).toEqual({ delivered: 0, failure: null });
    other.at += MINUTE;
    expect(await pass(annotator(), other)).toEqual({ delivered: 1, failure: null });
    await other.close();
    expect(texts()).toEqual(["shop-web 2.4.1"]);
  });
});

describe("createReleaseAnnotator", () => {
  const one = { buildVersion: "2.4.1", at: NOW, link: null };

  it("posts JSON with the token and the organisation", async () => {
    await createReleaseAnnotator(config({ GRAFANA_ORG_ID: "3" }), never)(one, { checkExisting: false });
    expect(grafana.requests).toMatchObject([
      {
        method: "POST",
        url: "/grafana/api/annotations",
        headers: {
          authorization: `Bearer ${TOKEN}`,
          "content-type": "application/json",
          "x-grafana-org-id": "3",
        },
      },
    ]);
  });

  it("shortens tags to Grafana's 100 characters and keeps the whole version in the text", async () => {
    const buildVersion = "é".repeat(2_048);
    await annotator()({ ...one, buildVersion }, { checkExisting: false });
    const [annotation] = grafana.annotations;
    expect(annotation?.tags.every((tag) => tag.length <= 100)).toBe(true);
    expect(annotation?.text).toBe(`shop-web ${buildVersion}`);
    expect(await annotator()({ ...one, buildVersion }, { checkExisting: true })).toEqual({ ok: true });
    expect(grafana.annotations).toHaveLength(1);
  });
});

describe("observabilityConfig", () => {
  it("has no release annotations in a demo or without Grafana", () => {
    const of = (env: Record<string, string>) => observabilityConfig(readEnvironment(env)).releaseAnnotations;
    const env = { GRAFANA_SERVICE_ACCOUNT_TOKEN: TOKEN };
    expect(of(env)).toBeNull();
    expect(of({ ...env, GRAFANA_BASE_URL: grafana.baseUrl, DEMO: "true" })).toBeNull();
    expect(of({ GRAFANA_BASE_URL: grafana.baseUrl })).toBeNull();
  });
});
