import { createHmac, randomBytes } from "node:crypto";
import { type Clock, monotonic } from "../platform/clock.server";
import type { Database } from "../storage/database.server";
import { insertSetting, selectSetting } from "../storage/settings.server";
import { ApiTokens } from "./api-tokens.server";
import { KnownBrowsers } from "./known-browsers.server";
import { generatePassword, hashPassword } from "./password-hash.server";
import { Sessions } from "./sessions.server";
import { SignInGate } from "./sign-in-gate";
import { SignInLinks } from "./sign-in-links.server";

/** The keys in the settings. The secret opens nothing: it salts the password, and names and signs what is harmless. */
const SECRET = "session-secret";
const PASSWORD = "admin-password-hash";

/** The state of sign-in in one process. */
export type SignInState = {
  clock: Clock;
  passwordHash: string;
  sessions: Sessions;
  tokens: ApiTokens;
  /** Of the session; that of a known browser ends with `-known`. */
  cookieName: string;
  knownBrowsers: KnownBrowsers;
  gate: SignInGate;
  links: SignInLinks;
};

export type SignInOptions = {
  database: Database;
  /** ADMIN_PASSWORD. */
  password: string | null;
  clock: Clock;
  /** Called at most once per database. */
  onPasswordGenerated: (password: string) => void;
};

/** The value of `key`; creates it when absent, unless another process does so first. */
async function getOrCreateSetting(
  database: Database,
  key: string,
  create: () => Promise<string>,
): Promise<string> {
  const existing = await selectSetting(database.read, key);
  if (existing !== null) return existing;
  await insertSetting(database.write, { key, value: await create() });
  const stored = await selectSetting(database.write, key);
  if (stored === null) throw new Error(`The setting ${key} could not be stored.`);
  return stored;
}

async function generatedHash({ database, onPasswordGenerated }: SignInOptions): Promise<string> {
  let generated: { password: string; hash: string } | undefined;
  const hash = await getOrCreateSetting(database, PASSWORD, async () => {
    const password = generatePassword();
    generated = { password, hash: await hashPassword(password) };
    return generated.hash;
  });
  if (generated?.hash === hash) onPasswordGenerated(generated.password);
  return hash;
}

/**
 * Creates a password and a secret unless there are any. ADMIN_PASSWORD overrides a generated one; the
 * database stores hashes only.
 */
export async function createSignInState(preparation: SignInOptions): Promise<SignInState> {
  const { database, password, clock } = preparation;
  const secret = await getOrCreateSetting(database, SECRET, async () =>
    randomBytes(32).toString("base64url"),
  );
  const derived = (purpose: string): Buffer => createHmac("sha256", secret).update(purpose).digest();
  // The same salt at every start gives the same hash, so sessions survive a restart.
  const passwordHash =
    password === null
      ? await generatedHash(preparation)
      : await hashPassword(password, derived("salt").subarray(0, 16));
  return {
    clock,
    passwordHash,
    sessions: new Sessions(database, clock, derived(`credential\0${passwordHash}`).toString("base64url")),
    tokens: new ApiTokens(database, clock),
    // Cookies ignore the port (RFC 6265, section 8.5), so two cockpits on one host need two names.
    cookieName: `vitals-${derived("cookie name").toString("hex").slice(0, 8)}`,
    knownBrowsers: new KnownBrowsers(secret, passwordHash),
    gate: new SignInGate(monotonic),
    links: new SignInLinks(monotonic),
  };
}
