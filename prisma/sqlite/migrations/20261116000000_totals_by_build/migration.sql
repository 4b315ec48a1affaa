-- The whole life of one build without reading those of all others. A summary that is written again keeps its
-- key, so this costs the fold nothing but for the first one of a day.
CREATE INDEX "web_vitals_daily_totals_build_version_idx" ON "web_vitals_daily_totals" ("build_version");
