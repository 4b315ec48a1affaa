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

/** Everything that signing in and being signed in is decided by, in one process. */
export type SignInState = {
  database: Database;
  clock: Clock;
  passwordHash: string;
  signer: SessionSigner;
  cookieName: string;
  attempts: SignInRateLimit;
  links: SignInLinks;
  /** Sessions that were signed out, by id, with the time at which they would have ended anyway. */
  signedOut: Map<string, number>;
};

export type SignInOptions = {
  database: Database;
  /** ADMIN_PASSWORD. */
  password: string | null;
  clock: Clock;
  /** Tells people the password that was generated: called at most once in a database's life. */
  onPasswordGenerated: (password: string) => void;
};

/** What `key` holds; if nothing, what `make` makes, unless another process is quicker. */
async function getOrCreateSetting(
  database: Database,
  key: string,
  make: () => Promise<string>,
): Promise<string> {
  const known = await selectSetting(database.read, key);
  if (known !== null) return known;
  await insertSetting(database.write, { key, value: await make() });
  const kept = await selectSetting(database.write, key);
  if (kept === null) throw new Error(`The setting ${key} could not be stored.`);
  return kept;
}

/** The hash of the password that is generated when there is none. */
async function generatedHash({ database, onPasswordGenerated }: SignInOptions): Promise<string> {
  let made: { password: string; hash: string } | undefined;
  const hash = await getOrCreateSetting(database, PASSWORD, async () => {
    const password = generatePassword();
    made = { password, hash: await hashPassword(password) };
    return made.hash;
  });
  if (made?.hash === hash) onPasswordGenerated(made.password);
  return hash;
}

/** The sessions that were signed out and could still be used; the others are forgotten. */
async function loadSignedOut({ database, clock }: SignInOptions): Promise<Map<string, number>> {
  const signedOut = new Map<string, number>();
  for (const { key, value } of await selectSettingsUnder(database.read, SIGNED_OUT)) {
    if (Number(value) > clock()) signedOut.set(key.slice(SIGNED_OUT.length), Number(value));
    else await deleteSetting(database.write, key);
  }
  return signedOut;
}

/**
 * Makes sure that there is a password and a secret to sign sessions with. ADMIN_PASSWORD wins over one that was
 * generated; only hashes are stored.
 */
export async function createSignInState(preparation: SignInOptions): Promise<SignInState> {
  const { database, password, clock } = preparation;
  const secret = await getOrCreateSetting(database, SECRET, async () =>
    randomBytes(32).toString("base64url"),
  );
  const derived = (purpose: string): Buffer => createHmac("sha256", secret).update(purpose).digest();
  // The salt is the same at every start, and with it the hash: so that sessions outlive a restart.
  const passwordHash =
    password === null
      ? await generatedHash(preparation)
      : await hashPassword(password, derived("salt").subarray(0, 16));
  return {
    database,
    clock,
    passwordHash,
    signer: new SessionSigner(secret, passwordHash),
    // Browsers don't keep the cookies of different ports apart: two cockpits on one machine need two names.
    cookieName: `vitals-${derived("cookie name").toString("hex").slice(0, 8)}`,
    attempts: new SignInRateLimit(monotonic),
    links: new SignInLinks(monotonic),
    signedOut: await loadSignedOut(preparation),
  };
}
