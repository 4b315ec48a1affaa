-- What the cockpit itself has to remember, one value a key: the hash of a generated password, the secret that
-- sessions are signed with, the sessions that were signed out.
CREATE TABLE "settings" (
  "key" TEXT NOT NULL PRIMARY KEY,
  "value" TEXT NOT NULL
) WITHOUT ROWID;
