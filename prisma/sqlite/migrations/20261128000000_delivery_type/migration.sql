-- How the document of a load was delivered, such as navigational-prefetch.
ALTER TABLE "web_vitals_raw" ADD COLUMN "delivery_type" TEXT;

-- Prerendered loads have summaries of their own from now on. Those that are in the summaries of loads stay there: a
-- later report must replace its earlier value where that was counted.
UPDATE "web_vitals_raw" SET "navigation_type" = NULL
  WHERE "navigation_type" = 'prerender' AND "folded_value" IS NOT NULL;
