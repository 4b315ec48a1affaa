import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { claimLook, recordLook, unevaluatedLooks } from "../../app/observability/notifications/looks.server";
import type { Notification } from "../../app/observability/notifications/notification";
import { sendNotifications } from "../../app/observability/notifications/queue.server";
import { createWebhookSender } from "../../app/observability/notifications/webhook.server";
import { createComparisonReaders } from "../../app/query/comparison/readers.server";
import type { PageSources } from "../../app/query/page-context.server";
import { createSummaryReader } from "../../app/query/summaries/summary-reader.server";
import { evaluateDueLook } from "../../app/runtime/notifications.server";
import { storeMeasurements } from "../../app/storage/measurements.server";
import { DAY, HOUR, MINUTE, SECOND } from "../../app/vitals/time";
import { FakeWebhook, type WebhookBehaviour } from "../support/fake-webhook";
import { measurements, NOW } from "../support/measurements";
import { RETENTION, Store } from "../support/store";

const never = new AbortController().signal;
const ADDRESS = "https://vitals.example";

let store: Store;
let webhook: FakeWebhook;

const sender = (timeout = 60_000) =>
  createWebhookSender({ url: webhook.url, format: "json" }, never, timeout);
const send = (by = sender(), on: Store = store) => sendNotifications(on.database, by, () => on.at);

describe("sendNotifications", () => {
  beforeEach(async () => {
    [store, webhook] = await Promise.all([Store.open(), FakeWebhook.start()]);
  });
  afterEach(async () => {
    await webhook.close();
    await store.close();
  });

  const notification: Notification = {
    version: 1,
    event: "regression",
    release: "2.4.1",
    baseline: "2.4.0",
    look: { kind: "first-day", at: new Date(NOW).toISOString() },
    sentence: "2.4.1 is slower than 2.4.0 on LCP.",
    link: `${ADDRESS}/admin/performance`,
    callCount: 1,
    calls: [],
  };

  /** Queues the notification of a look. */
  async function queue(release = "2.4.1", on: Store = store): Promise<boolean> {
    const look = { release, at: on.at - MINUTE, since: on.at - DAY, isReplacement: false };
    const claim = await claimLook(on.database, look, on.at);
    if (claim === null) return false;
    const notifications = [{ ...notification, release }];
    return recordLook(on.database, claim, { open: [], notifications }, on.at);
  }

  it("sends a queued notification once, in however many runs and starts", async () => {
    await queue();
    expect(await send()).toEqual({ delivered: 1, failure: null, dropped: 0 });
    expect(await send()).toEqual({ delivered: 0, failure: null, dropped: 0 });
    const restarted = await store.alsoOpen();
    expect(await send(sender(), restarted)).toMatchObject({ delivered: 0 });
    await restarted.close();
    expect(webhook.messages).toEqual([{ ...notification, id: expect.stringMatching(/^[\da-f]{32}$/) }]);
    const [{ method, headers } = { method: "", headers: {} }] = webhook.requests;
    expect(method).toBe("POST");
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "idempotency-key": webhook.messages[0].id,
    });
  });

  it("sends each once by several processes at the same time", async () => {
    await queue("2.4.1");
    await queue("2.4.2");
    const others = await Promise.all([store.alsoOpen(), store.alsoOpen(), store.alsoOpen()]);
    await Promise.all(
      [store, ...others, ...others].map(async (one) => {
        await send(sender(), one);
        await send(sender(), one);
      }),
    );
    for (const other of others) await other.close();
    expect(webhook.messages.map(({ release }) => release).sort()).toEqual(["2.4.1", "2.4.2"]);
  });

  it("queues the notification of a look once, also when several processes evaluate it", async () => {
    const other = await store.alsoOpen();
    const queued = await Promise.all([queue(), queue("2.4.1", other), queue(), queue("2.4.1", other)]);
    await other.close();
    expect(queued.filter(Boolean)).toHaveLength(1);
    await send();
    expect(webhook.messages).toHaveLength(1);
  });

  const FAILURES: ReadonlyArray<[WebhookBehaviour, RegExp]> = [
    ["never answers", /did not answer in time/],
    ["answers 500", /answered 500/],
    ["answers 404", /answered 404/],
    ["answers 429", /answered 429/],
    ["hangs up", /UND_ERR_SOCKET|ECONNRESET/],
    ["redirects", /answered 307/],
  ];

  it.each(FAILURES)("sends again after a pause when the webhook %s", async (how, reason) => {
    const by = how === "never answers" ? sender(300) : sender();
    await queue();
    webhook.behaviour = how;
    expect(await send(by)).toMatchObject({ delivered: 0, failure: expect.stringMatching(reason) });
    store.at += 29 * SECOND;
    expect(await send(by)).toMatchObject({ delivered: 0, failure: null });
    store.at += SECOND;
    expect(await send(by)).toMatchObject({ delivered: 0, failure: expect.stringMatching(reason) });
    webhook.behaviour = "works";
    store.at += MINUTE;
    expect(await send()).toMatchObject({ delivered: 1 });
    expect(webhook.messages).toHaveLength(1);
    expect(webhook.requests.every(({ url }) => url.startsWith("/hooks/"))).toBe(true);
  });

  it.each([
    "accepts and answers 500",
    "accepts and never answers",
  ] as const)("repeats the same id to a webhook that %s, which can't be asked what it has", async (how) => {
    await queue();
    webhook.behaviour = how;
    await send(sender(how.endsWith("never answers") ? 300 : 60_000));
    webhook.behaviour = "works";
    store.at += MINUTE;
    await send();
    expect(new Set(webhook.messages.map(({ id }) => id)).size).toBe(1);
    store.at += DAY;
    expect(await send()).toMatchObject({ delivered: 0 });
  });

  it("reads no more than the status of an answer without end", async () => {
    await queue();
    webhook.behaviour = "has no end";
    expect(await send()).toMatchObject({ delivered: 1 });
  });

  it("sends the next notification while another is in its pause", async () => {
    await queue("2.4.1");
    webhook.behaviour = "answers 500";
    await send();
    await queue("2.4.2");
    webhook.behaviour = "works";
    await send();
    expect(webhook.messages.map(({ release }) => release)).toEqual(["2.4.2"]);
  });

  it("leaves the notification of a killed process to another one, after the lease", async () => {
    await queue();
    const killed = new Error("killed");
    const dying = async (): Promise<never> => {
      throw killed;
    };
    await expect(send(dying)).rejects.toBe(killed);
    const other = await store.alsoOpen();
    expect(await send(sender(), other)).toMatchObject({ delivered: 0 });
    other.at += MINUTE;
    expect(await send(sender(), other)).toMatchObject({ delivered: 1 });
    await other.close();
  });

  it("drops a notification after three days of failures", async () => {
    await queue();
    webhook.behaviour = "answers 404";
    for (let hour = 0; hour < 72; hour += 8) {
      expect(await send()).toMatchObject({ dropped: 0 });
      store.at += 8 * HOUR;
    }
    store.at += HOUR;
    expect(await send()).toEqual({ delivered: 0, failure: null, dropped: 1 });
    webhook.behaviour = "works";
    expect(await send()).toEqual({ delivered: 0, failure: null, dropped: 0 });
  });

  it("aborts the request under way when the process stops", async () => {
    await queue();
    webhook.behaviour = "never answers";
    const stop = new AbortController();
    const sending = send(createWebhookSender({ url: webhook.url, format: "json" }, stop.signal));
    await expect.poll(() => webhook.requests.length, { timeout: 30_000 }).toBe(1);
    stop.abort();
    expect(await sending).toMatchObject({ delivered: 0 });
  });
});

describe("unevaluatedLooks", () => {
  it("leaves out replacements before notifications were configured, and looks that are evaluated", async () => {
    const other = await Store.open();
    const look = { release: "2", at: NOW - HOUR, since: NOW - 2 * DAY, isReplacement: false };
    const replaced = { release: "1", at: NOW - 2 * DAY, since: NOW - 4 * DAY, isReplacement: true };
    const of = () => unevaluatedLooks(other.database, [replaced, look], NOW);
    expect(await of()).toEqual([look]);
    const claim = await claimLook(other.database, look, NOW);
    expect(claim).not.toBeNull();
    expect(await of()).toEqual([]);
    if (claim !== null) await recordLook(other.database, claim, { open: [], notifications: [] }, NOW);
    expect(await unevaluatedLooks(other.database, [replaced, look], NOW + DAY)).toEqual([]);
    await other.close();
  });
});

describe("evaluateDueLook", () => {
  /** The deploy of the release that is slower on its first day, and much faster on its second. */
  const DEPLOYED = Math.floor((NOW - 3 * DAY) / HOUR) * HOUR;

  beforeAll(async () => {
    [store, webhook] = await Promise.all([Store.open({ at: DEPLOYED }), FakeWebhook.start()]);
  });
  afterAll(async () => {
    await webhook.close();
    await store.close();
  });

  /** Views of an hour with fixed quantiles, each value times `factor`. */
  async function views(hour: number, buildVersion: string, factor: number): Promise<void> {
    const received = hour * HOUR + MINUTE;
    const all = measurements(60, { buildVersion, receivedAt: received }).map((one, i) => ({
      ...one,
      id: `${buildVersion} ${hour} ${i}`,
      device: i % 3 === 0 ? ("mobile" as const) : ("desktop" as const),
      // A fixed jitter of hours and values, so that no two hours are equal.
      value: factor * (600 + 40 * ((i * 37 + hour * 11) % 60)) * (1 + ((hour * 7) % 5) / 100),
    }));
    store.at = received;
    await storeMeasurements(store.database.write, all, received);
    await store.fold();
  }

  const sources = (on: Store = store): PageSources => {
    const { read } = on.database;
    const summaries = createSummaryReader(read, 16 * 1024 * 1024);
    const memory = { merged: 1024 * 1024, decoded: 16 * 1024 * 1024, results: 1 };
    const comparison = createComparisonReaders(read, summaries, memory);
    return { read, summaries, comparison, retention: RETENTION, now: on.at };
  };
  const evaluate = (on: Store = store) => evaluateDueLook(on.database, sources(on), ADDRESS);

  it("notifies once of a regression at 24 hours, by one of two processes, and of its withdrawal at 48", async () => {
    const first = DEPLOYED / HOUR;
    for (let hour = first - 10 * 24; hour < first; hour += 1) await views(hour, "2.4.0", 1);
    for (let hour = first; hour < first + 23; hour += 1) await views(hour, "2.4.1", 1.2);
    await evaluate();
    await send();
    expect(webhook.messages).toEqual([]);

    await views(first + 23, "2.4.1", 1.2);
    store.at = DEPLOYED + DAY + 2 * MINUTE;
    const other = await store.alsoOpen();
    await Promise.all([evaluate(), evaluate(other), evaluate(other)]);
    await Promise.all([send(), send(sender(), other)]);
    await other.close();
    expect(webhook.messages).toHaveLength(1);
    expect(webhook.messages[0]).toMatchObject({
      version: 1,
      event: "regression",
      release: "2.4.1",
      baseline: "2.4.0",
      look: { kind: "first-day", at: new Date(DEPLOYED + DAY + MINUTE).toISOString() },
      sentence: expect.stringMatching(/^2\.4\.1 is slower than 2\.4\.0 on LCP.*p75 .* → /),
      link: expect.stringMatching(
        /^https:\/\/vitals\.example\/admin\/performance\?.*release=2\.4\.1&compare=2\.4\.0/,
      ),
      callCount: 2,
      calls: [
        { route: null, metric: "LCP", change: { verdict: "regression", percent: expect.any(Number) } },
        { route: "/workspace/[id]", link: expect.stringContaining("/admin/performance/route?") },
      ],
    });
    const percent = webhook.messages[0].calls[0].change.percent;
    expect(percent).toBeGreaterThan(12);
    expect(percent).toBeLessThan(28);

    // Much faster than before: both days together are no regression any more.
    for (let hour = first + 24; hour < first + 48; hour += 1) await views(hour, "2.4.1", 0.4);
    store.at = DEPLOYED + 2 * DAY + 2 * MINUTE;
    const restarted = await store.alsoOpen();
    await evaluate(restarted);
    await evaluate(restarted);
    await send(sender(), restarted);
    await restarted.close();
    await evaluate();
    await send();
    expect(webhook.messages).toHaveLength(2);
    expect(webhook.messages[1]).toMatchObject({
      event: "regression-withdrawn",
      look: { kind: "second-day" },
      sentence: expect.stringContaining("withdrawn 48 hours after its deploy"),
      calls: expect.arrayContaining([expect.objectContaining({ route: null, metric: "LCP" })]),
    });
    expect(webhook.messages[1].id).not.toBe(webhook.messages[0].id);
  });
});
