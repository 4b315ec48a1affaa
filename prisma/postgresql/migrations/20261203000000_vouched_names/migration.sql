-- When several senders had named a route or build, in ms: NULL until then, 0 where none are needed, as for imported names
-- and those that are older than this column.
ALTER TABLE "routes" ADD COLUMN "vouched_at" bigint DEFAULT 0;
ALTER TABLE "releases" ADD COLUMN "vouched_at" bigint DEFAULT 0;
