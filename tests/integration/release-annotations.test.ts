import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  observabilityConfig,
  type ReleaseAnnotationConfig,
} from "../../app/observability/observability-config";
import { createReleaseAnnotator } from "../../app/observability/release-annotations/annotator.server";
import {
  type AnnotateRelease,
  annotateNewReleases,
} from "../../app/observability/release-annotations/outbox.server";
import { readEnvironment } from "../../app/platform/env.server";
import { announceRelease } from "../../app/storage/releases.server";
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
  if (releaseAnnotations === null) throw new Error("Nothing is to be marked.");
  return releaseAnnotations;
}

const annotator = (timeout = 60_000): AnnotateRelease => createReleaseAnnotator(config(), never, timeout);

const pass = (tell: AnnotateRelease = annotator(), on: Store = store) =>
  annotateNewReleases(on.database, tell, () => on.at);

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

describe("a new release", () => {
  it("is marked once, with its time, in however many passes and starts", async () => {
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

  it("is one that was first seen since marking began", async () => {
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

  it("is none until it is established", async () => {
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

  it("has the time and the link of its announcement, and is not there before it is seen", async () => {
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

  it("is not one of the cockpit's own pages, and none without a name", async () => {
    await pass();
    store.at += 1;
    for (const name of ["cockpit-0.1.0", "unknown", "(other)"]) await release(name);
    expect(await pass()).toEqual({ delivered: 0, failure: null });
    expect(grafana.requests).toEqual([]);
  });

  it("is marked once by several processes at the same time", async () => {
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

describe("a Grafana that fails", () => {
  it.each(
    FAILURES,
  )("because it %s is asked again after a while, and ends with one mark", async (how, reason) => {
    // A Grafana that does answer gets its time, on a busy machine too.
    const tell = how.endsWith("never answers") ? annotator(300) : annotator();
    await pass();
    store.at += 1;
    await release("2.4.1");
    grafana.behaviour = how;
    expect(await pass(tell)).toMatchObject({ delivered: 0, failure: expect.stringMatching(reason) });
    const asked = grafana.requests.length;
    store.at += 29 * SECOND;
    await pass(tell);
    expect(grafana.requests).toHaveLength(asked);
    // Once more it fails; then it has longer to wait.
    store.at += SECOND;
    expect(await pass(tell)).toMatchObject({ delivered: 0 });
    store.at += 30 * SECOND;
    await pass(tell);
    expect(grafana.requests.length).toBeLessThanOrEqual(asked + 1);
    grafana.behaviour = "works";
    store.at += MINUTE;
    expect(await pass()).toEqual({ delivered: 1, failure: null });
    store.at += HOUR;
    await pass();
    expect(texts()).toEqual(["shop-web 2.4.1"]);
    expect(grafana.requests.every(({ url }) => url.startsWith("/grafana/api/annotations"))).toBe(true);
  });

  it("by not being there needs no right to read", async () => {
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

  it("holds up no later release once it works again", async () => {
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

describe("a process that is killed", () => {
  it.each([
    ["before Grafana had it", "never answers"],
    ["after Grafana had it", "stores and never answers"],
  ] as const)("%s leaves it to another, later", async (_, how) => {
    await pass();
    store.at += 1;
    await release("2.4.1");
    grafana.behaviour = how;
    // What it would have written afterwards is never written.
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

describe("what is sent", () => {
  const one = { buildVersion: "2.4.1", at: NOW, link: null };

  it("is JSON with the token, for the organisation", async () => {
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

  it("has tags that Grafana's databases have room for, and the whole name in its text", async () => {
    const buildVersion = "é".repeat(2_048);
    await annotator()({ ...one, buildVersion }, { checkExisting: false });
    const [annotation] = grafana.annotations;
    expect(annotation?.tags.every((tag) => tag.length <= 100)).toBe(true);
    expect(annotation?.text).toBe(`shop-web ${buildVersion}`);
    expect(await annotator()({ ...one, buildVersion }, { checkExisting: true })).toEqual({ ok: true });
    expect(grafana.annotations).toHaveLength(1);
  });

  it("is nothing in a demo, and nothing without a Grafana", () => {
    const of = (env: Record<string, string>) => observabilityConfig(readEnvironment(env)).releaseAnnotations;
    const env = { GRAFANA_SERVICE_ACCOUNT_TOKEN: TOKEN };
    expect(of(env)).toBeNull();
    expect(of({ ...env, GRAFANA_BASE_URL: grafana.baseUrl, DEMO: "true" })).toBeNull();
    expect(of({ GRAFANA_BASE_URL: grafana.baseUrl })).toBeNull();
  });
});
