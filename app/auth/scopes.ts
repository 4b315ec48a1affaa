/** What an API token may do, in the order of the page that creates tokens. */
export const SCOPES = ["read", "gate", "announce", "profile"] as const;
export type Scope = (typeof SCOPES)[number];

export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  read: "Read pages, JSON, CSV, charts, releases and metrics.",
  gate: "Ask the gate for pipelines.",
  announce: "Announce releases.",
  profile: "Start, read and download profiles.",
};

export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);
