-- The tables of the cockpit on PostgreSQL. Times are ms since the epoch; periods count from the epoch (UTC). Text is
-- compared by its bytes, as on SQLite. No foreign keys, and the routes' summaries have the route in their only unique
-- index, so that web_vitals_raw can be distributed by id and the summaries of routes by route.

-- Every measurement, one row per id. `folded_value` is the value that the summaries hold for it: where it is absent or
-- differs from `value`, the measurement waits for the fold.
CREATE TABLE "web_vitals_raw" (
  "id" text COLLATE "C" NOT NULL PRIMARY KEY,
  "metric" text COLLATE "C" NOT NULL,
  "value" double precision NOT NULL,
  "folded_value" double precision,
  "sequence" bigint,
  "route" text COLLATE "C" NOT NULL,
  "build_version" text COLLATE "C" NOT NULL,
  "device" text COLLATE "C" NOT NULL,
  "navigation_type" text COLLATE "C",
  "received_at" bigint NOT NULL,
  "stored_at" bigint NOT NULL,
  "library" text COLLATE "C",
  "attribution" jsonb,
  "delivery_type" text COLLATE "C"
);

CREATE INDEX "web_vitals_raw_received_at_idx" ON "web_vitals_raw" ("received_at");

CREATE INDEX "web_vitals_raw_pending_idx" ON "web_vitals_raw" ("received_at", "id")
  WHERE "folded_value" IS NULL OR "folded_value" <> "value";

-- The newest measurements of one route and metric, with the columns that a view filters by.
CREATE INDEX "web_vitals_raw_route_idx"
  ON "web_vitals_raw" ("route", "metric", "received_at", "device", "navigation_type", "build_version")
  WHERE "metric" IN ('INP', 'LCP', 'CLS') AND "folded_value" IS NOT NULL;

-- Summaries: one row per period, metric, route, device, navigation class and build version; `sketch` is the packed
-- histogram that all percentiles come from.
CREATE TABLE "web_vitals_five_minutes" (
  "slot" integer NOT NULL,
  "metric" text COLLATE "C" NOT NULL,
  "route" text COLLATE "C" NOT NULL,
  "device" text COLLATE "C" NOT NULL,
  "navigation" text COLLATE "C" NOT NULL,
  "build_version" text COLLATE "C" NOT NULL,
  "samples" integer NOT NULL,
  "good" integer NOT NULL,
  "needs_improvement" integer NOT NULL,
  "poor" integer NOT NULL,
  "sketch" bytea NOT NULL,
  PRIMARY KEY ("slot", "metric", "route", "device", "navigation", "build_version")
);

CREATE TABLE "web_vitals_hourly" (
  "hour" integer NOT NULL,
  "metric" text COLLATE "C" NOT NULL,
  "route" text COLLATE "C" NOT NULL,
  "device" text COLLATE "C" NOT NULL,
  "navigation" text COLLATE "C" NOT NULL,
  "build_version" text COLLATE "C" NOT NULL,
  "samples" integer NOT NULL,
  "good" integer NOT NULL,
  "needs_improvement" integer NOT NULL,
  "poor" integer NOT NULL,
  "sketch" bytea NOT NULL,
  PRIMARY KEY ("hour", "metric", "route", "device", "navigation", "build_version")
);

CREATE TABLE "web_vitals_daily" (
  "day" integer NOT NULL,
  "metric" text COLLATE "C" NOT NULL,
  "route" text COLLATE "C" NOT NULL,
  "device" text COLLATE "C" NOT NULL,
  "navigation" text COLLATE "C" NOT NULL,
  "build_version" text COLLATE "C" NOT NULL,
  "samples" integer NOT NULL,
  "good" integer NOT NULL,
  "needs_improvement" integer NOT NULL,
  "poor" integer NOT NULL,
  "sketch" bytea NOT NULL,
  PRIMARY KEY ("day", "metric", "route", "device", "navigation", "build_version")
);

-- The same over all routes (`route` is empty).
CREATE TABLE "web_vitals_five_minutes_totals" (
  "slot" integer NOT NULL,
  "metric" text COLLATE "C" NOT NULL,
  "route" text COLLATE "C" NOT NULL,
  "device" text COLLATE "C" NOT NULL,
  "navigation" text COLLATE "C" NOT NULL,
  "build_version" text COLLATE "C" NOT NULL,
  "samples" integer NOT NULL,
  "good" integer NOT NULL,
  "needs_improvement" integer NOT NULL,
  "poor" integer NOT NULL,
  "sketch" bytea NOT NULL,
  PRIMARY KEY ("slot", "metric", "route", "device", "navigation", "build_version")
);

CREATE TABLE "web_vitals_hourly_totals" (
  "hour" integer NOT NULL,
  "metric" text COLLATE "C" NOT NULL,
  "route" text COLLATE "C" NOT NULL,
  "device" text COLLATE "C" NOT NULL,
  "navigation" text COLLATE "C" NOT NULL,
  "build_version" text COLLATE "C" NOT NULL,
  "samples" integer NOT NULL,
  "good" integer NOT NULL,
  "needs_improvement" integer NOT NULL,
  "poor" integer NOT NULL,
  "sketch" bytea NOT NULL,
  PRIMARY KEY ("hour", "metric", "route", "device", "navigation", "build_version")
);

CREATE TABLE "web_vitals_daily_totals" (
  "day" integer NOT NULL,
  "metric" text COLLATE "C" NOT NULL,
  "route" text COLLATE "C" NOT NULL,
  "device" text COLLATE "C" NOT NULL,
  "navigation" text COLLATE "C" NOT NULL,
  "build_version" text COLLATE "C" NOT NULL,
  "samples" integer NOT NULL,
  "good" integer NOT NULL,
  "needs_improvement" integer NOT NULL,
  "poor" integer NOT NULL,
  "sketch" bytea NOT NULL,
  PRIMARY KEY ("day", "metric", "route", "device", "navigation", "build_version")
);

CREATE INDEX "web_vitals_daily_totals_build_version_idx" ON "web_vitals_daily_totals" ("build_version");

-- How often the summaries of a period were written, for the caches of readers.
CREATE TABLE "summary_versions" (
  "summary_table" text COLLATE "C" NOT NULL,
  "unit" integer NOT NULL,
  "version" integer NOT NULL,
  PRIMARY KEY ("summary_table", "unit")
);

-- A build version. `first_seen_at` and `last_seen_at` are those of its measurements, absent until one is folded;
-- `libraries` counts measurements by measuring library and major version (JSON object).
CREATE TABLE "releases" (
  "build_version" text COLLATE "C" NOT NULL PRIMARY KEY,
  "first_seen_at" bigint,
  "last_seen_at" bigint,
  "admitted_at" bigint NOT NULL,
  "announced_at" bigint,
  "link" text COLLATE "C",
  "libraries" text COLLATE "C" NOT NULL DEFAULT '{}'
);

CREATE INDEX "releases_admitted_at_idx" ON "releases" ("admitted_at");

-- Samples of people (no bots) by hour and build.
CREATE TABLE "release_traffic" (
  "hour" integer NOT NULL,
  "build_version" text COLLATE "C" NOT NULL,
  "metric" text COLLATE "C" NOT NULL,
  "samples" integer NOT NULL,
  PRIMARY KEY ("hour", "build_version", "metric")
);

-- The routes within the cardinality limit.
CREATE TABLE "routes" (
  "route" text COLLATE "C" NOT NULL PRIMARY KEY,
  "first_seen_at" bigint NOT NULL,
  "last_seen_at" bigint NOT NULL,
  "samples" bigint NOT NULL
);

-- After the lines whose running digest is `previous_digest`, an import committed `lines` lines (running digest `digest`).
CREATE TABLE "import_ledger" (
  "digest" text COLLATE "C" NOT NULL PRIMARY KEY,
  "previous_digest" text COLLATE "C" NOT NULL,
  "lines" integer NOT NULL,
  "imported_at" bigint NOT NULL
);

CREATE INDEX "import_ledger_previous_digest_idx" ON "import_ledger" ("previous_digest");

-- A transaction that admits routes or builds updates its row first, so that their limits hold.
CREATE TABLE "writer_lock" (
  "name" text COLLATE "C" NOT NULL PRIMARY KEY,
  "taken_at" bigint NOT NULL
);

INSERT INTO "writer_lock" ("name", "taken_at") VALUES ('commit', 0);

-- Which process may fold, until when (ms since the epoch by the server's clock).
CREATE TABLE "leases" (
  "name" text COLLATE "C" NOT NULL PRIMARY KEY,
  "holder" text COLLATE "C" NOT NULL,
  "until" bigint NOT NULL
);

INSERT INTO "leases" ("name", "holder", "until") VALUES ('fold', '', 0);

-- How often the summaries were changed: a process that computes new ones outside of a transaction changes them only if
-- no other did meanwhile.
CREATE TABLE "sequences" (
  "name" text COLLATE "C" NOT NULL PRIMARY KEY,
  "value" bigint NOT NULL
);

INSERT INTO "sequences" ("name", "value") VALUES ('summaries', 0);

-- Hours and days (units since the epoch, UTC) whose own summaries are not complete: readers combine those of the next
-- finer grain. An hour or day that is not listed has all of its summaries.
CREATE TABLE "open_periods" (
  "grain" text COLLATE "C" NOT NULL,
  "unit" integer NOT NULL,
  PRIMARY KEY ("grain", "unit")
);

-- What the cockpit itself remembers, one value a key.
CREATE TABLE "settings" (
  "key" text COLLATE "C" NOT NULL PRIMARY KEY,
  "value" text COLLATE "C" NOT NULL
);

-- Sessions of admins; only hashes of their tokens are stored. `credential` identifies the password that opened it.
CREATE TABLE "sessions" (
  "id" text COLLATE "C" NOT NULL PRIMARY KEY,
  "token_hash" text COLLATE "C" NOT NULL,
  "next_hash" text COLLATE "C",
  "next_issued_at" bigint,
  "previous_hash" text COLLATE "C",
  "previous_until" bigint,
  "rotated_at" bigint NOT NULL,
  "credential" text COLLATE "C" NOT NULL,
  "browser" text COLLATE "C" NOT NULL,
  "created_at" bigint NOT NULL,
  "last_seen_at" bigint NOT NULL
);

-- Tokens for programs; `scopes` are separated by blanks.
CREATE TABLE "api_tokens" (
  "id" text COLLATE "C" NOT NULL PRIMARY KEY,
  "name" text COLLATE "C" NOT NULL UNIQUE,
  "token_hash" text COLLATE "C" NOT NULL,
  "scopes" text COLLATE "C" NOT NULL,
  "created_at" bigint NOT NULL,
  "expires_at" bigint,
  "last_used_at" bigint
);
