-- Small rows: texts that repeat are stored once in "labels", ids of web-vitals as 12 bytes, attributions packed. What
-- the columns hold is described in docs/storage.md; the view "web_vitals_raw" shows the rows as texts. The rows of the
-- old table are moved in slices at the start, and then it is dropped. Its indexes only cost time until then.
DROP INDEX "web_vitals_raw_route_idx";
DROP INDEX "web_vitals_raw_pending_idx";
DROP INDEX "web_vitals_raw_received_at_idx";
ALTER TABLE "web_vitals_raw" RENAME TO "web_vitals_raw_unmoved";

-- An id is never used twice. No measurement that was received later than "used_until" (ms) uses the label.
CREATE TABLE "labels" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "text" TEXT NOT NULL UNIQUE,
  "used_until" INTEGER NOT NULL
);

-- One row: how many labels there are, and the bytes of their texts.
CREATE TABLE "label_totals" (
  "id" INTEGER NOT NULL PRIMARY KEY CHECK ("id" = 0),
  "labels" INTEGER NOT NULL,
  "bytes" INTEGER NOT NULL
);
INSERT INTO "label_totals" VALUES (0, 0, 0);

CREATE TRIGGER "labels_added" AFTER INSERT ON "labels" BEGIN
  UPDATE "label_totals" SET "labels" = "labels" + 1, "bytes" = "bytes" + octet_length(NEW."text");
END;
CREATE TRIGGER "labels_deleted" AFTER DELETE ON "labels" BEGIN
  UPDATE "label_totals" SET "labels" = "labels" - 1, "bytes" = "bytes" - octet_length(OLD."text");
END;

-- Columns without a type hold what they were given: "library", "element" and "resource" the number of a label, or the
-- text itself where there is none. "value" is in tenths where that is exact, and an INTEGER then. "pending" is null when
-- the summaries hold "value"; otherwise they hold "folded_value", or nothing where that is null.
CREATE TABLE "measurements" (
  "received_at" INTEGER NOT NULL,
  "id" NOT NULL,
  "metric" INTEGER NOT NULL,
  "value" NOT NULL,
  "pending" INTEGER,
  "folded_value",
  "sequence" INTEGER,
  "route" INTEGER NOT NULL,
  "build" INTEGER NOT NULL,
  "device" INTEGER NOT NULL,
  "navigation" INTEGER NOT NULL,
  "stored_after" INTEGER NOT NULL,
  "library",
  "element",
  "resource",
  "attribution",
  PRIMARY KEY ("received_at", "id")
) WITHOUT ROWID;

CREATE UNIQUE INDEX "measurements_id_idx" ON "measurements" ("id");

CREATE INDEX "measurements_pending_idx" ON "measurements" ("received_at") WHERE "pending" IS NOT NULL;

-- The newest measurements of one route and metric (INP, LCP, CLS), with the columns that a view filters by. A
-- measurement comes into it when it is folded: a commit, which somebody waits for, would take longer.
CREATE INDEX "measurements_route_idx"
  ON "measurements" ("route", "metric", "received_at", "device", "navigation", "build")
  WHERE "metric" < 3 AND ("pending" IS NULL OR "folded_value" IS NOT NULL);

-- For people and their tools. The application doesn't use it. Tools may have an older SQLite, so the numbers of an id
-- are read digit by digit: JSON5, which knows hexadecimal numbers, came with SQLite 3.42.
CREATE VIEW "web_vitals_raw" AS
SELECT
  CASE WHEN typeof("id") = 'text' THEN "id" ELSE 'v' || (
      (instr('123456789ABCDEF', substr("hex", 1, 1)) << 4)
      + instr('123456789ABCDEF', substr("hex", 2, 1))
    ) || '-' || (
      (instr('123456789ABCDEF', substr("hex", 3, 1)) << 40)
      + (instr('123456789ABCDEF', substr("hex", 4, 1)) << 36)
      + (instr('123456789ABCDEF', substr("hex", 5, 1)) << 32)
      + (instr('123456789ABCDEF', substr("hex", 6, 1)) << 28)
      + (instr('123456789ABCDEF', substr("hex", 7, 1)) << 24)
      + (instr('123456789ABCDEF', substr("hex", 8, 1)) << 20)
      + (instr('123456789ABCDEF', substr("hex", 9, 1)) << 16)
      + (instr('123456789ABCDEF', substr("hex", 10, 1)) << 12)
      + (instr('123456789ABCDEF', substr("hex", 11, 1)) << 8)
      + (instr('123456789ABCDEF', substr("hex", 12, 1)) << 4)
      + instr('123456789ABCDEF', substr("hex", 13, 1))
    ) || '-' || (
      (instr('123456789ABCDEF', substr("hex", 14, 1)) << 40)
      + (instr('123456789ABCDEF', substr("hex", 15, 1)) << 36)
      + (instr('123456789ABCDEF', substr("hex", 16, 1)) << 32)
      + (instr('123456789ABCDEF', substr("hex", 17, 1)) << 28)
      + (instr('123456789ABCDEF', substr("hex", 18, 1)) << 24)
      + (instr('123456789ABCDEF', substr("hex", 19, 1)) << 20)
      + (instr('123456789ABCDEF', substr("hex", 20, 1)) << 16)
      + (instr('123456789ABCDEF', substr("hex", 21, 1)) << 12)
      + (instr('123456789ABCDEF', substr("hex", 22, 1)) << 8)
      + (instr('123456789ABCDEF', substr("hex", 23, 1)) << 4)
      + instr('123456789ABCDEF', substr("hex", 24, 1))
    )
  END AS "id",
  CASE "metric" WHEN 0 THEN 'INP' WHEN 1 THEN 'LCP' WHEN 2 THEN 'CLS' WHEN 3 THEN 'FCP' WHEN 4 THEN 'TTFB' END AS "metric",
  iif(typeof("value") = 'integer', "value" / 10.0, "value") AS "value",
  CASE
    WHEN "pending" IS NOT NULL THEN iif(typeof("folded_value") = 'integer', "folded_value" / 10.0, "folded_value")
    ELSE iif(typeof("value") = 'integer', "value" / 10.0, "value")
  END AS "folded_value",
  "sequence",
  (SELECT "text" FROM "labels" WHERE "labels"."id" = "route") AS "route",
  (SELECT "text" FROM "labels" WHERE "labels"."id" = "build") AS "build_version",
  CASE "device" WHEN 0 THEN 'mobile' WHEN 1 THEN 'desktop' WHEN 2 THEN 'tablet' WHEN 3 THEN 'bot' END AS "device",
  CASE "navigation" & 15
    WHEN 0 THEN 'navigate' WHEN 1 THEN 'reload' WHEN 2 THEN 'back-forward' WHEN 3 THEN 'back-forward-cache'
    WHEN 4 THEN 'prerender' WHEN 5 THEN 'restore' WHEN 6 THEN 'soft-navigation'
  END AS "navigation_type",
  "received_at",
  "received_at" + "stored_after" AS "stored_at",
  iif(typeof("library") = 'integer', (SELECT "text" FROM "labels" WHERE "labels"."id" = "library"), "library") AS "library",
  iif(typeof("element") = 'integer', (SELECT "text" FROM "labels" WHERE "labels"."id" = "element"), "element") AS "element",
  iif(typeof("resource") = 'integer', (SELECT "text" FROM "labels" WHERE "labels"."id" = "resource"), "resource") AS "resource",
  iif(typeof("attribution") = 'blob', hex("attribution"), "attribution") AS "attribution",
  CASE "navigation" >> 4 WHEN 1 THEN 'navigational-prefetch' WHEN 2 THEN 'cache' END AS "delivery_type"
FROM (SELECT *, hex("id") AS "hex" FROM "measurements");
