import { createHmac, randomBytes } from "node:crypto";
import { type Clock, monotonic } from "../platform/clock.server";
import type { Database } from "../storage/database.server";
import { deleteSetting, insertSetting, selectSetting, selectSettingsUnder } from "../storage/settings.server";
import { generatePassword, hashPassword } from "./password-hash.server";
import { SessionSigner } from "./session.server";
import { SignInLinks } from "./sign-in-links.server";
import { SignInRateLimit } from "./sign-in-rate-limit";

/** The keys in the settings. */
const SECRET = "session-secret";
const PASSWORD = "admin-password-hash";
export const SIGNED_OUT = "signed-out:";

/** The state of sign-in in one process. */
export type SignInState = {
  database: Database;
  clock: Clock;
  passwordHash: string;
  signer: SessionSigner;
  cookieName: string;
  attempts: SignInRateLimit;
  links: SignInLinks;
  /** Expiry (ms since the epoch) of signed-out sessions, by id. */
  signedOut: Map<string, number>;
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

/** Loads signed-out sessions that have not expired, and deletes the others. */
async function loadSignedOut({ database, clock }: SignInOptions): Promise<Map<string, number>> {
  const signedOut = new Map<string, number>();
  for (const { key, value } of await selectSettingsUnder(database.read, SIGNED_OUT)) {
    if (Number(value) > clock()) signedOut.set(key.slice(SIGNED_OUT.length), Number(value));
    else await deleteSetting(database.write, key);
  }
  return signedOut;
}

/**
 * Creates a password and a session secret unless there are any. ADMIN_PASSWORD overrides a generated one; the
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
    database,
    clock,
    passwordHash,
    signer: new SessionSigner(secret, passwordHash),
    // Cookies ignore the port (RFC 6265, section 8.5), so two cockpits on one host need two names.
    cookieName: `vitals-${derived("cookie name").toString("hex").slice(0, 8)}`,
    attempts: new SignInRateLimit(monotonic),
    links: new SignInLinks(monotonic),
    signedOut: await loadSignedOut(preparation),
  };
}
