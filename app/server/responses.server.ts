import { monotonic } from "../platform/clock.server";
import { log } from "../platform/log.server";
import { createRateLimitedLog } from "../platform/rate-limited-log";
import { singleton } from "../platform/singleton.server";

/** 405 for a method that a resource does not have. @param allow the methods it has, as in the `Allow` header */
export function methodNotAllowed(allow: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: `Use ${allow}.` }, { status: 405, headers: { ...headers, Allow: allow } });
}

/** JSON with `Cache-Control: no-store`. */
export function jsonNoStore(
  body: unknown,
  init: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return Response.json(body, { ...init, headers: { "Cache-Control": "no-store", ...init.headers } });
}

const warnOfDatabase = () =>
  singleton("database-unavailable-log", () =>
    createRateLimitedLog(monotonic, (err, requests) =>
      log().error({ err, requests }, "the database is not available to requests of admins"),
    ),
  );

/** 503 where the database can't be read or written; logs why, once a minute at most. */
export function databaseUnavailable(error: unknown, access: "read" | "written"): Response {
  warnOfDatabase()(error);
  return jsonNoStore(
    { error: `The database can't be ${access} now; try again later.` },
    { status: 503, headers: { "Retry-After": "5" } },
  );
}

/** A table to download, which no cache keeps. @param name of the file, plain ASCII without quotes */
export function csvResponse(text: string, name: string): Response {
  return new Response(text, {
    headers: {
      "Cache-Control": "no-store",
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": `attachment; filename="${name}"`,
    },
  });
}

/** An image, which may stand in a page and runs nothing when it is opened by itself. */
export function svgResponse(svg: string): Response {
  return new Response(svg, {
    headers: {
      "Cache-Control": "no-store",
      "Content-Type": "image/svg+xml; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    },
  });
}
