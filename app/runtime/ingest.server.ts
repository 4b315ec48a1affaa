import { beaconToken, TOKEN_RESULTS, type TokenRules } from "../ingest/beacon-token";
import { createCappedStore } from "../ingest/cardinality-limits.server";
import { DROP_REASONS, RETIRED_METRIC } from "../ingest/drop-reasons";
import { GroupCommit, OverloadedError } from "../ingest/group-commit";
import { pageViewsOf } from "../ingest/page-views";
import type { ReceiverOptions } from "../ingest/receive.server";
import { SenderNames } from "../ingest/sender-names";
import { VouchedNames } from "../ingest/vouched-names";
import { monotonic, now } from "../platform/clock.server";
import { env } from "../platform/env.server";
import { log } from "../platform/log.server";
import { metrics } from "../platform/metrics.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { singleton } from "../platform/singleton.server";
import { operations, traced } from "../platform/trace-channels";
import { processHooks } from "../server/process-hooks";
import { DamagedDatabaseError } from "../storage/sqlite/errors";
import { isPassing } from "../storage/unavailable.server";
import { OTHER } from "../vitals/measurement";
import { DAY, HOUR } from "../vitals/time";
import { database } from "./database.server";
import { sourceCounts } from "./sources.server";

/** Most measurements of one transaction: about 10 ms of writing. */
const MAX_BATCH = 2_000;

/** One client may bring so many new routes in a day, or a quarter of MAX_ROUTES where that is more. */
const FEWEST_ROUTES_OF_SENDER = 50;

/** The same for new builds, and a quarter of MAX_NEW_BUILDS_PER_DAY. */
const FEWEST_BUILDS_OF_SENDER = 5;

/** The cockpit's pages are not cached; a page that stays open reports for a day. */
const OWN_TOKEN_LIFETIME = 25 * HOUR;

/** This process's ingest: the buffer, and how to receive beacons into it. */
export const ingest = () => singleton("ingest", createIngest);

function tokenRules(): TokenRules | null {
  const { BEACON_KEY, BEACON_TOKENS } = env();
  if (BEACON_KEY === null) return null;
  const { beaconTokens } = metrics();
  for (const result of TOKEN_RESULTS) beaconTokens.inc({ result }, 0);
  return {
    key: BEACON_KEY,
    isRequired: BEACON_TOKENS === "required",
    onChecked: (result) => beaconTokens.inc({ result }),
  };
}

/** The token of the cockpit's own pages; `null` without BEACON_KEY. */
export function ownBeaconToken(): string | null {
  const { BEACON_KEY } = env();
  return BEACON_KEY === null ? null : beaconToken(BEACON_KEY, now() + OWN_TOKEN_LIFETIME);
}

function createIngest() {
  const {
    INGEST_BUFFER_SIZE,
    MAX_ROUTES,
    MAX_NEW_BUILDS_PER_DAY,
    RAW_RETENTION_DAYS,
    MERGE_ROUTE_NOTATIONS,
    ESTABLISHING_SENDERS,
  } = env();
  const { dropped, ignored, measurements, commitSeconds, commitFailures, gauge } = metrics();
  // Prometheus needs a first sample of 0: a counter that appears with its first drop has no rate.
  for (const reason of DROP_REASONS) dropped.inc({ reason }, 0);
  ignored.inc({ reason: RETIRED_METRIC }, 0);
  const stored = new Set<() => void>();
  let failedAt: number | null = null;
  let shedAt: number | null = null;
  const warnOfDelay = createRateLimitedLog(monotonic, (err, batches) =>
    log().warn({ err, batches, waiting: buffer.depth }, "a batch of measurements waits for another writer"),
  );
  const warnOfFailure = createRateLimitedLog(monotonic, (err, batches) =>
    log().error({ err, batches }, "a batch of measurements could not be stored"),
  );
  const warnOfShedding = createRateLimitedLog<string>(monotonic, (reason, beacons) =>
    log().warn({ beacons }, reason),
  );
  const vouched = {
    routes: new VouchedNames(ESTABLISHING_SENDERS),
    builds: new VouchedNames(ESTABLISHING_SENDERS),
  };
  const store = createCappedStore(database(), {
    vouched,
    maxRoutes: MAX_ROUTES,
    maxNewBuildsPerDay: MAX_NEW_BUILDS_PER_DAY,
    mergeRouteNotations: MERGE_ROUTE_NOTATIONS,
  });
  const routesOfSenders = new SenderNames(Math.max(FEWEST_ROUTES_OF_SENDER, Math.ceil(MAX_ROUTES / 4)));
  const buildsOfSenders = new SenderNames(
    Math.max(FEWEST_BUILDS_OF_SENDER, Math.ceil(MAX_NEW_BUILDS_PER_DAY / 4)),
  );
  /** Whether a client sends for many others, as a collector does. */
  const isExempt = (sender: string): boolean => processHooks().traffic?.isExempt(sender) === true;
  /** Whether no client can be known by its address: it is this machine's own, or that of an unnamed proxy on it. */
  const isLoopback = (sender: string): boolean => sender.startsWith("127.") || sender === "::1";
  const buffer: GroupCommit = new GroupCommit({
    store: (batch) =>
      traced("commit", () => store(batch, now()), { attributes: { "vitals.measurements": batch.length } }),
    capacity: INGEST_BUFFER_SIZE,
    maxBatch: MAX_BATCH,
    // One on its way to the disk, one that is written, and one that waits for it in the writer thread.
    maxUnderWay: 3,
    // Twenty beacons. Otherwise batches are of five at half the full rate, and a beacon needs a fifth more processor time.
    fewestBeside: 100,
    isTraced: () => operations.start.hasSubscribers,
    monotonic,
    // A sender that is refused may never ask again, and the buffer has capacity for many seconds.
    isTemporary: isPassing,
    onDelay: (error) => {
      failedAt = monotonic();
      commitFailures.inc();
      warnOfDelay(error);
    },
    onBatch: ({ durationMs, error }) => {
      commitSeconds.observe(durationMs / 1000);
      failedAt = error === null ? null : monotonic();
      if (error === null) for (const listener of stored) listener();
      else {
        commitFailures.inc();
        warnOfFailure(error);
      }
    },
  });
  gauge("vitals_buffer_measurements", "Measurements that wait for their commit.", () => buffer.depth);

  const receiver: ReceiverOptions = {
    rules: {
      routeRules: env().ROUTE_RULES ?? [],
      acceptEnvironments: env().ACCEPT_ENVIRONMENTS,
      tooLateBefore: (receivedAt) => receivedAt - RAW_RETENTION_DAYS * DAY,
      limitRoute: (sender, route, at) => {
        const exempt = isExempt(sender);
        if (!store.hasRoute(route) && !exempt && !routesOfSenders.allows(sender, route, at)) return OTHER;
        vouched.routes.note(store.routeName(route), sender, exempt || isLoopback(sender));
        return route;
      },
      limitBuild: (sender, build, at, isOnly) => {
        const exempt = isExempt(sender);
        if (!store.hasBuild(build) && !(isOnly && (exempt || buildsOfSenders.allows(sender, build, at)))) {
          return OTHER;
        }
        vouched.builds.note(store.buildName(build), sender, exempt || isLoopback(sender));
        return build;
      },
    },
    allowedOrigins: env().ALLOWED_ORIGINS,
    tokens: tokenRules(),
    commit: (batch) =>
      database().isDamaged() ? Promise.reject(new DamagedDatabaseError()) : buffer.commit(batch),
    clock: now,
    onDropped: (reason) => dropped.inc({ reason }),
    onRetired: () => ignored.inc({ reason: RETIRED_METRIC }),
    onStored: (count) => measurements.inc(count),
    onSent: (sender, batch) => {
      // The request itself was the first.
      processHooks().traffic?.charge(sender.address, pageViewsOf(batch) - 1);
      sourceCounts().record(sender, store.stored(batch));
    },
    onFailure: (error) => {
      if (!(error instanceof OverloadedError)) return;
      shedAt = monotonic();
      warnOfShedding(error.message);
    },
  };
  return {
    buffer,
    receiver,
    /** Ms since a commit failed; `null` when there was none yet, or the last one succeeded. */
    failedCommitAgo: (): number | null => (failedAt === null ? null : monotonic() - failedAt),
    /** Ms since a beacon was refused because the buffer was full; `null` when none was. */
    shedAgo: (): number | null => (shedAt === null ? null : monotonic() - shedAt),
    /** Calls `listener` after every batch that was stored. */
    onStored: (listener: () => void) => stored.add(listener),
  };
}
