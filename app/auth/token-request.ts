import { isScope, SCOPES, type Scope } from "./scopes";

const DAY = 86_400_000;
const MAX_NAME = 100;

/** What a form of a new token held. */
export type TokenFields = { name: string; scopes: string[]; ends: string };

/** Times in ms since the epoch. */
export type TokenRequest = { name: string; scopes: Scope[]; expiresAt: number | null };

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/** The fields of a form, unchecked. */
export const tokenFields = (form: URLSearchParams): TokenFields => ({
  name: (form.get("name") ?? "").trim(),
  scopes: form.getAll("scope"),
  ends: (form.get("ends") ?? "").trim(),
});

/**
 * Checks the fields of a new token.
 * @param now ms since the epoch
 * @returns the token, or a sentence on the first field that can't be accepted
 */
export function parseTokenRequest(fields: TokenFields, now: number): TokenRequest | string {
  const { name, ends } = fields;
  if (name === "") return "Give the token a name.";
  if (name.length > MAX_NAME || CONTROL.test(name) || !name.isWellFormed()) {
    return `The name must have at most ${MAX_NAME} characters, none of them a control character.`;
  }
  const scopes = SCOPES.filter((scope) => fields.scopes.includes(scope));
  if (scopes.length === 0) return "Choose at least one scope.";
  const unknown = fields.scopes.find((scope) => !isScope(scope));
  if (unknown !== undefined) return `There is no scope “${unknown.slice(0, MAX_NAME)}”.`;
  if (ends === "") return { name, scopes, expiresAt: null };
  const midnight = /^\d{4}-\d\d-\d\d$/.test(ends) ? Date.parse(`${ends}T00:00:00Z`) : Number.NaN;
  // Date.parse accepts 31 February.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== ends) {
    return "The last day must be a date such as 2027-01-31.";
  }
  const expiresAt = midnight + DAY;
  if (expiresAt <= now) return "The last day must not have passed.";
  return { name, scopes, expiresAt };
}
