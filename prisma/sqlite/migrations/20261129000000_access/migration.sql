-- Sessions of admins. The cookie holds a random token; a row has only hashes of it, so the file lets nobody forge a
-- session. `next_hash` is a token that was sent and has not come back yet, `previous_hash` the one before the last change.
-- `credential` identifies the password that the session was opened with: another password ends it. Times are ms since
-- the epoch.
CREATE TABLE "sessions" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "token_hash" TEXT NOT NULL,
  "next_hash" TEXT,
  "next_issued_at" BIGINT,
  "previous_hash" TEXT,
  "previous_until" BIGINT,
  "rotated_at" BIGINT NOT NULL,
  "credential" TEXT NOT NULL,
  "browser" TEXT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "last_seen_at" BIGINT NOT NULL
);

-- Tokens for programs; `scopes` are separated by blanks.
CREATE TABLE "api_tokens" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL UNIQUE,
  "token_hash" TEXT NOT NULL,
  "scopes" TEXT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "expires_at" BIGINT,
  "last_used_at" BIGINT
);

-- Sessions were signed texts, and only signed-out ones were stored. None of them is valid any more.
DELETE FROM "settings" WHERE "key" LIKE 'signed-out:%';
