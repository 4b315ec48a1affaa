import { HOUR } from "../vitals/time";
import { rowOf, text } from "./row-schema";
import type { Script } from "./script";
import { sql } from "./sql";
import type { Statements } from "./statements.server";

const routeRow = rowOf({ route: text });
const buildRow = rowOf({ build_version: text });

/** Routes within the cardinality limit, the first seen first. */
export async function selectRoutes(on: Statements): Promise<string[]> {
  const rows = await on.query(
    "selectRoutes",
    routeRow,
    sql`SELECT route FROM routes ORDER BY first_seen_at, route`,
  );
  return rows.map((row) => row.route);
}

/** Whether a route is within the cardinality limit, under this very text. */
export async function hasRoute(on: Statements, route: string): Promise<boolean> {
  const rows = await on.query("hasRoute", routeRow, sql`SELECT route FROM routes WHERE route = ${route}`);
  return rows.length > 0;
}

/** Up to `limit` routes, those with the most samples first. */
export async function selectBusiestRoutes(on: Statements, limit: number): Promise<string[]> {
  const rows = await on.query(
    "selectBusiestRoutes",
    routeRow,
    sql`SELECT route FROM routes ORDER BY samples DESC, route LIMIT ${limit}`,
  );
  return rows.map((row) => row.route);
}

export async function selectBuilds(on: Statements): Promise<string[]> {
  const rows = await on.query("selectBuilds", buildRow, sql`SELECT build_version FROM releases`);
  return rows.map((row) => row.build_version);
}

/** `vouchedAt` of a name that needs no senders: it is imported, or older than the rule. */
export const EXEMPT = 0;

/** When several senders had named a route or build, in ms; `null` for one that few have named yet. */
export type VouchedAt = number | null;

/**
 * Admits new routes up to `limit` in all, and vouched ones up to `limit` vouched ones.
 * @returns those of `routes` that are admitted now, old and new
 */
export async function admitRoutes(
  tx: Statements,
  routes: readonly string[],
  limit: number,
  at: number,
  vouchedAt: VouchedAt = EXEMPT,
): Promise<string[]> {
  if (routes.length === 0) return [];
  await tx.execute("admitRoutes", tx.engine.cardinality.admitRoutes(routes, limit, at, vouchedAt));
  const rows = await tx.query(
    "selectAdmittedRoutes",
    routeRow,
    tx.engine.cardinality.selectAdmittedRoutes(routes),
  );
  return rows.map((row) => row.route);
}

/**
 * Admits new builds up to `limit` since `dayStart` (ms), and vouched ones up to `limit` vouched ones; announced ones do
 * not count.
 * @returns those of `builds` that are admitted now, old and new
 */
export async function admitBuilds(
  tx: Statements,
  builds: readonly string[],
  limit: number,
  dayStart: number,
  at: number,
  vouchedAt: VouchedAt = EXEMPT,
): Promise<string[]> {
  if (builds.length === 0) return [];
  await tx.execute("admitBuilds", tx.engine.cardinality.admitBuilds(builds, limit, dayStart, at, vouchedAt));
  const rows = await tx.query(
    "selectAdmittedBuilds",
    buildRow,
    tx.engine.cardinality.selectAdmittedBuilds(builds),
  );
  return rows.map((row) => row.build_version);
}

/** Records that several senders named these routes and builds. */
export async function vouchFor(
  tx: Statements,
  { routes, builds }: { routes: readonly string[]; builds: readonly string[] },
  at: number,
): Promise<void> {
  if (routes.length > 0) await tx.execute("vouchForRoutes", tx.engine.cardinality.vouchForRoutes(routes, at));
  if (builds.length > 0) await tx.execute("vouchForBuilds", tx.engine.cardinality.vouchForBuilds(builds, at));
}

/** Adds samples to routes, and admits new ones without a limit: only imports bring those. */
export function recordRouteActivity(
  script: Script,
  activity: ReadonlyArray<{ route: string; firstAt: number; lastAt: number; samples: number }>,
): void {
  if (activity.length === 0) return;
  script.execute(
    "recordRouteActivity",
    script.engine.cardinality.recordRouteActivity(
      activity.map((r) => [r.route, r.firstAt, r.lastAt, r.samples] as const),
    ),
  );
}

/**
 * Deletes routes that were not seen since `idleSince` (ms) and are not established: with fewer than `established`
 * samples, or without several senders over more than an hour. Deletes those, too, whose summaries are deleted (not seen
 * since `goneSince`, ms). So a flood of forged routes does not use up the cardinality limit for ever.
 */
export function releaseRouteSlots(
  on: Statements,
  { established, idleSince, goneSince }: { established: number; idleSince: number; goneSince: number },
): Promise<number> {
  return on.execute(
    "releaseRouteSlots",
    sql`DELETE FROM routes
      WHERE last_seen_at < ${goneSince} OR (last_seen_at < ${idleSince} AND (
        samples < ${established} OR vouched_at IS NULL
        OR (vouched_at > 0 AND last_seen_at - first_seen_at < ${HOUR})))`,
  );
}
