-- How often the summaries were changed: whoever computes new ones outside of a transaction changes them only if nobody
-- else did meanwhile.
CREATE TABLE "sequences" (
  "name" TEXT NOT NULL PRIMARY KEY,
  "value" BIGINT NOT NULL
);

INSERT INTO "sequences" ("name", "value") VALUES ('summaries', 0);

-- Hours and days (units since the epoch, UTC) whose own summaries are not complete: readers combine those of the next
-- finer grain. An hour or day that is not listed has all of its summaries.
CREATE TABLE "open_periods" (
  "grain" TEXT NOT NULL,
  "unit" INTEGER NOT NULL,
  PRIMARY KEY ("grain", "unit")
) WITHOUT ROWID;
