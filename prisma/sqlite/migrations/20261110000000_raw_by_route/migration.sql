-- The newest measurements of one route and metric, for what is slow on it. The columns that a view filters by
-- stand in the index, so that passing over what is not asked for reads no rows. A measurement comes into it
-- when it is folded: a commit, which somebody waits for, would take twice as long. Metrics whose attribution
-- nothing is made of are left out.
CREATE INDEX "web_vitals_raw_route_idx"
  ON "web_vitals_raw" ("route", "metric", "received_at", "device", "navigation_type", "build_version")
  WHERE "metric" IN ('INP', 'LCP', 'CLS') AND "folded_value" IS NOT NULL;
