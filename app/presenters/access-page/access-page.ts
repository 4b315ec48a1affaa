import { formatInstant, isoInstant } from "../format/format";
import { ACCESS, ago, type InstantModel, type PageHeaderModel, plainHeader } from "../page/page-header";

/** What the forms of the page ask for. */
export const INTENTS = {
  endSession: "end-session",
  endOthers: "end-other-sessions",
  createToken: "create-token",
  revokeToken: "revoke-token",
} as const;

export type SessionRowModel = {
  id: string;
  browser: string;
  /** Whether it is the reader's own, which “Sign out” ends. */
  isOwn: boolean;
  signedIn: InstantModel;
  lastSeen: InstantModel;
  ends: InstantModel;
};

export type TokenRowModel = {
  id: string;
  name: string;
  scopes: string;
  created: InstantModel;
  /** `null`: never. */
  lastUsed: InstantModel | null;
  /** `null`: it has no end. */
  ends: InstantModel | null;
  hasEnded: boolean;
};

/** What a form of a new token holds: empty, or what could not be accepted. */
export type TokenForm = { name: string; scopes: readonly string[]; ends: string };

export type AccessPageModel = {
  documentTitle: string;
  header: PageHeaderModel;
  action: string;
  /** How the reader signed in where that is not by a session; `null` otherwise. */
  signedInBy: string | null;
  sessions: SessionRowModel[];
  hasOthers: boolean;
  sessionNotes: string[];
  tokens: TokenRowModel[];
  tokenNotes: string[];
  /** The token that was created just now; `null` where none was. */
  created: { name: string; text: string } | null;
  form: {
    problem: string | null;
    name: string;
    scopes: Array<{ name: string; meaning: string; checked: boolean }>;
    ends: string;
    /** The first day that may be chosen, `2026-11-29`. */
    earliest: string;
  };
};

/** Times in ms since the epoch. */
export type AccessPageInput = {
  sessions: ReadonlyArray<{
    id: string;
    browser: string;
    createdAt: number;
    lastSeenAt: number;
    endsAt: number;
  }>;
  /** Id of the reader's session; `null` where a proxy signed the reader in. */
  ownSession: string | null;
  /** The user that a proxy named; `null` for a session. */
  proxyUser: string | null;
  tokens: ReadonlyArray<{
    id: string;
    name: string;
    scopes: readonly string[];
    createdAt: number;
    lastUsedAt: number | null;
    expiresAt: number | null;
  }>;
  scopes: ReadonlyArray<{ name: string; meaning: string }>;
  created: { name: string; text: string } | null;
  refused: { problem: string; form: TokenForm } | null;
  /** How long a session lasts without requests, and at all; in hours. */
  limits: { idleHours: number; absoluteHours: number };
  hasEnvironmentToken: boolean;
  now: number;
};

const TZ = "UTC";

/** The page of everybody and everything that has access. */
export function accessPage(input: AccessPageInput): AccessPageModel {
  const { sessions, ownSession, proxyUser, tokens, limits, now, refused } = input;
  const own = (id: string): boolean => id === ownSession;
  return {
    documentTitle: "Access · Vitals Cockpit",
    header: plainHeader("Access", ACCESS.href),
    action: ACCESS.href,
    signedInBy: proxyUser === null ? null : `The proxy signed you in as ${proxyUser}.`,
    sessions: [...sessions]
      .sort((a, b) => Number(own(b.id)) - Number(own(a.id)))
      .map((session) => ({
        id: session.id,
        browser: session.browser,
        isOwn: own(session.id),
        signedIn: ago(session.createdAt, TZ, now),
        lastSeen: ago(session.lastSeenAt, TZ, now),
        ends: at(session.endsAt, now),
      })),
    hasOthers: sessions.some(({ id }) => !own(id)),
    sessionNotes: [
      `A session ends ${limits.idleHours} hours after its last request, ${limits.absoluteHours / 24} days after the sign-in, and with another password.`,
    ],
    tokens: tokens.map((token) => ({
      id: token.id,
      name: token.name,
      scopes: token.scopes.join(", "),
      created: ago(token.createdAt, TZ, now),
      lastUsed: token.lastUsedAt === null ? null : ago(token.lastUsedAt, TZ, now),
      ends: token.expiresAt === null ? null : at(token.expiresAt, now),
      hasEnded: token.expiresAt !== null && token.expiresAt <= now,
    })),
    tokenNotes: [
      input.hasEnvironmentToken
        ? "ADMIN_API_TOKEN has every scope, too. Only the environment changes it."
        : "ADMIN_API_TOKEN is not set.",
    ],
    created: input.created,
    form: {
      problem: refused?.problem ?? null,
      name: refused?.form.name ?? "",
      scopes: input.scopes.map(({ name, meaning }) => ({
        name,
        meaning,
        checked: refused?.form.scopes.includes(name) ?? false,
      })),
      ends: refused?.form.ends ?? "",
      earliest: isoInstant(now).slice(0, 10),
    },
  };
}

const at = (time: number, now: number): InstantModel => ({
  text: formatInstant(time, TZ, now),
  exact: formatInstant(time, TZ, now),
  iso: isoInstant(time),
});
