-- Every measurement, one row per id. `folded_value` is the value that the summaries hold for it: where it
-- is absent or differs from `value`, the measurement waits for the fold. Times are ms since the epoch.
CREATE TABLE "web_vitals_raw" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "metric" TEXT NOT NULL,
  "value" REAL NOT NULL,
  "folded_value" REAL,
  "sequence" BIGINT,
  "route" TEXT NOT NULL,
  "build_version" TEXT NOT NULL,
  "device" TEXT NOT NULL,
  "navigation_type" TEXT,
  "received_at" BIGINT NOT NULL,
  "stored_at" BIGINT NOT NULL,
  "library" TEXT,
  "attribution" TEXT
);

CREATE INDEX "web_vitals_raw_received_at_idx" ON "web_vitals_raw" ("received_at");

CREATE INDEX "web_vitals_raw_pending_idx" ON "web_vitals_raw" ("received_at")
  WHERE "folded_value" IS NULL OR "folded_value" <> "value";

-- Summaries: one row per unit of time (counted since the epoch, UTC), metric, route, device, navigation
-- class and build version; `sketch` is the packed histogram that all percentiles come from.
CREATE TABLE "web_vitals_five_minutes" (
  "slot" INTEGER NOT NULL,
  "metric" TEXT NOT NULL,
  "route" TEXT NOT NULL,
  "device" TEXT NOT NULL,
  "navigation" TEXT NOT NULL,
  "build_version" TEXT NOT NULL,
  "samples" INTEGER NOT NULL,
  "good" INTEGER NOT NULL,
  "needs_improvement" INTEGER NOT NULL,
  "poor" INTEGER NOT NULL,
  "sketch" BLOB NOT NULL,
  PRIMARY KEY ("slot", "metric", "route", "device", "navigation", "build_version")
) WITHOUT ROWID;

CREATE TABLE "web_vitals_hourly" (
  "hour" INTEGER NOT NULL,
  "metric" TEXT NOT NULL,
  "route" TEXT NOT NULL,
  "device" TEXT NOT NULL,
  "navigation" TEXT NOT NULL,
  "build_version" TEXT NOT NULL,
  "samples" INTEGER NOT NULL,
  "good" INTEGER NOT NULL,
  "needs_improvement" INTEGER NOT NULL,
  "poor" INTEGER NOT NULL,
  "sketch" BLOB NOT NULL,
  PRIMARY KEY ("hour", "metric", "route", "device", "navigation", "build_version")
) WITHOUT ROWID;

CREATE TABLE "web_vitals_daily" (
  "day" INTEGER NOT NULL,
  "metric" TEXT NOT NULL,
  "route" TEXT NOT NULL,
  "device" TEXT NOT NULL,
  "navigation" TEXT NOT NULL,
  "build_version" TEXT NOT NULL,
  "samples" INTEGER NOT NULL,
  "good" INTEGER NOT NULL,
  "needs_improvement" INTEGER NOT NULL,
  "poor" INTEGER NOT NULL,
  "sketch" BLOB NOT NULL,
  PRIMARY KEY ("day", "metric", "route", "device", "navigation", "build_version")
) WITHOUT ROWID;

-- The same over all routes (`route` is empty), for what needs no routes: cards, trends, counts.
CREATE TABLE "web_vitals_five_minutes_totals" (
  "slot" INTEGER NOT NULL,
  "metric" TEXT NOT NULL,
  "route" TEXT NOT NULL,
  "device" TEXT NOT NULL,
  "navigation" TEXT NOT NULL,
  "build_version" TEXT NOT NULL,
  "samples" INTEGER NOT NULL,
  "good" INTEGER NOT NULL,
  "needs_improvement" INTEGER NOT NULL,
  "poor" INTEGER NOT NULL,
  "sketch" BLOB NOT NULL,
  PRIMARY KEY ("slot", "metric", "route", "device", "navigation", "build_version")
) WITHOUT ROWID;

CREATE TABLE "web_vitals_hourly_totals" (
  "hour" INTEGER NOT NULL,
  "metric" TEXT NOT NULL,
  "route" TEXT NOT NULL,
  "device" TEXT NOT NULL,
  "navigation" TEXT NOT NULL,
  "build_version" TEXT NOT NULL,
  "samples" INTEGER NOT NULL,
  "good" INTEGER NOT NULL,
  "needs_improvement" INTEGER NOT NULL,
  "poor" INTEGER NOT NULL,
  "sketch" BLOB NOT NULL,
  PRIMARY KEY ("hour", "metric", "route", "device", "navigation", "build_version")
) WITHOUT ROWID;

CREATE TABLE "web_vitals_daily_totals" (
  "day" INTEGER NOT NULL,
  "metric" TEXT NOT NULL,
  "route" TEXT NOT NULL,
  "device" TEXT NOT NULL,
  "navigation" TEXT NOT NULL,
  "build_version" TEXT NOT NULL,
  "samples" INTEGER NOT NULL,
  "good" INTEGER NOT NULL,
  "needs_improvement" INTEGER NOT NULL,
  "poor" INTEGER NOT NULL,
  "sketch" BLOB NOT NULL,
  PRIMARY KEY ("day", "metric", "route", "device", "navigation", "build_version")
) WITHOUT ROWID;

-- How often the summaries of one unit of time were written, so that a reader knows what it may remember.
CREATE TABLE "summary_versions" (
  "summary_table" TEXT NOT NULL,
  "unit" INTEGER NOT NULL,
  "version" INTEGER NOT NULL,
  PRIMARY KEY ("summary_table", "unit")
) WITHOUT ROWID;

-- A build version, from its admission (its first beacon, import or announcement) on. `first_seen_at` and
-- `last_seen_at` are those of its measurements, absent until one is folded; `libraries` counts
-- measurements by measuring library and major version (JSON object).
CREATE TABLE "releases" (
  "build_version" TEXT NOT NULL PRIMARY KEY,
  "first_seen_at" BIGINT,
  "last_seen_at" BIGINT,
  "admitted_at" BIGINT NOT NULL,
  "announced_at" BIGINT,
  "link" TEXT,
  "libraries" TEXT NOT NULL DEFAULT '{}'
);

CREATE INDEX "releases_admitted_at_idx" ON "releases" ("admitted_at");

-- Samples of people (no bots) by hour and build: what the timeline of releases is made from.
CREATE TABLE "release_traffic" (
  "hour" INTEGER NOT NULL,
  "build_version" TEXT NOT NULL,
  "metric" TEXT NOT NULL,
  "samples" INTEGER NOT NULL,
  PRIMARY KEY ("hour", "build_version", "metric")
) WITHOUT ROWID;

-- The routes that have a place of their own; what finds no room here is stored as "(other)".
CREATE TABLE "routes" (
  "route" TEXT NOT NULL PRIMARY KEY,
  "first_seen_at" BIGINT NOT NULL,
  "last_seen_at" BIGINT NOT NULL,
  "samples" INTEGER NOT NULL
);

-- What has been imported: each row says that after the lines whose running digest is `previous_digest`,
-- the next `lines` lines (running digest `digest`) were committed.
CREATE TABLE "import_ledger" (
  "digest" TEXT NOT NULL PRIMARY KEY,
  "previous_digest" TEXT NOT NULL,
  "lines" INTEGER NOT NULL,
  "imported_at" BIGINT NOT NULL
);

CREATE INDEX "import_ledger_previous_digest_idx" ON "import_ledger" ("previous_digest");

-- A transaction that reads before it writes first takes its row here, so that it holds the write lock from
-- its first statement on.
CREATE TABLE "writer_lock" (
  "name" TEXT NOT NULL PRIMARY KEY,
  "taken_at" BIGINT NOT NULL
);

INSERT INTO "writer_lock" ("name", "taken_at") VALUES ('fold', 0), ('commit', 0);
