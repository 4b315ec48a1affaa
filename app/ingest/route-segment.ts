/** Recognises path segments that identify one thing or person, or are secret: routes have `[id]` in their place. */

const TEMPLATE = /^(?:\[.*\]|:\w[\w-]*|\{.*\}|\$\w+|\*{1,2})$/;

/** Longer segments are ids or free text, and would make every page a route of its own. */
const LONGEST_SEGMENT = 64;

const UUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;

/** Digits, with the separators of dates, telephone numbers, cards and coordinates. `VERSION` is an exception. */
const NUMERIC = /^[#+@(~-]*\p{Nd}[\p{Nd}\s.,:/_()+*x#-]*[a-z°]?$/iu;
const VERSION = /^\d{1,3}(?:\.\d{1,3}){1,2}$/;
const DATE = /\d{4}-(?:\d{2}(?:-\d{2})?|w\d{2}|q[1-4])(?!\d)/i;

/** Hexadecimal digests and object ids: eight characters or more with a decimal digit, or a full-length hash. */
const HASH = /^(?:0x)?(?=.*\d)[0-9a-f]{8,}$|^[0-9a-f]{32,}$/i;

/** Years are part of titles; other long numbers are ids. */
const YEAR = /(?<!\d)(?:19|20)\d{2}(?!\d)/g;
const LONG_NUMBER = /\d{4}/;

/** `PROJ-123`, `INV2024`, `user-42`: a few letters and a number. */
const TICKET = /^[A-Z][A-Z\d]{1,9}-\d{3,}$/;
const NUMBERED =
  /^(?:account|article|book(?:ing)?|case|client|customer|document|doc|entry|event|file|group|id|invoice|issue|item|job|listing|member|message|msg|no|nr|num|order|page|patient|payment|person|post|product|profile|project|record|ref|room|row|session|shipment|student|task|team|thread|ticket|topic|transaction|user|video)s?[-_.]?\d+$/i;

/** `XK4-9PL-2QR`: groups of capitals and digits, as in codes that are read aloud. */
const CODE = /^[A-Z\d]{2,8}(?:-[A-Z\d]{2,8})+$/;
const MIXED_GROUP = /[A-Z]\d|\d[A-Z]/;

/** File extensions; any other word after a dot is part of a name (`jane.doe`, `shop.example`). */
const EXTENSION =
  /\.(?:s?html?|xhtml|php\d?|aspx?|jspx?|do|action|cgi|pl|cfm|faces|[cm]?jsx?|tsx?|css|json|xml|txt|md|pdf|svg|png|jpe?g|gif|webp|avif|ico|csv|rss|atom|zip|map|wasm|mp[34]|webm|docx?|xlsx?|net|io|webmanifest|well-known)$/i;

/** Source files, whose names may have several dots (`app.min.js`). */
const CODE_FILE = /\.(?:[cm]?jsx?|css|json|xml|map|html?)$/i;

const matches = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** How often letters and digits, or upper and lower case, alternate. */
const changesOfKind = (word: string): number => matches(word, /[a-z](?=\d)|\d(?=[a-z])/gi);
const changesOfCase = (word: string): number => matches(word, /[a-z](?=[A-Z])|[A-Z](?=[a-z])/g);
const digitsIn = (word: string): number => matches(word, /\d/g);

/** Whether letters and digits mix as in no word: nanoids, ULIDs, base64, tokens, short ids. */
function isMixed(word: string): boolean {
  const digits = digitsIn(word);
  if (word.length >= 16 && changesOfKind(word) >= 3) return true;
  if (word.length >= 5 && digits >= 2 && changesOfKind(word) >= 2) return true;
  if (word.length >= 8 && digits >= 1 && changesOfCase(word) >= 3) return true;
  return word.length >= 8 && changesOfCase(word) >= 4 && changesOfCase(word) / word.length >= 0.35;
}

/** Whether a word of at least `minLength` letters has too few or too many vowels for a natural language. */
function isUnpronounceable(word: string, minLength: number): boolean {
  if (word.length < minLength || !/^[a-z]+$/i.test(word)) return false;
  const vowels = matches(word, /[aeiouy]/gi) / word.length;
  return vowels < 0.22 || vowels > 0.75 || /[^aeiouy]{7}/i.test(word);
}

const LONG_WORD = 16;

/** Whether a text without separators is an id. */
const isIdWord = (word: string): boolean =>
  HASH.test(word) || isMixed(word) || isUnpronounceable(word, LONG_WORD);

/** Decodes a segment that was percent-encoded up to four times; bytes that are no UTF-8 stay encoded. */
export function decodeFully(segment: string): string {
  let text = segment;
  for (let i = 0; i < 4 && /%[0-9a-f]{2}/i.test(text); i += 1) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return text.replace(/%([2-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    }
  }
  return text;
}

/** Whether a segment is an id before it is split into words. */
function isIdAsWhole(text: string): boolean {
  if (text.length > LONGEST_SEGMENT || UUID.test(text)) return true;
  // Mail addresses, user names, `key=value`, padding of base64, and encoded queries or fragments.
  if (/^[@~]|.@.|[=?&#|"<>\\^`]|[{}].*[{}]/.test(text)) return true;
  if (NUMERIC.test(text) && !VERSION.test(text)) return true;
  return DATE.test(text) || TICKET.test(text) || NUMBERED.test(text);
}

/**
 * Whether a segment identifies one thing or person, or is secret: ids, tokens, numbers, dates, addresses, coordinates.
 * @param segment decoded
 */
export function isId(segment: string): boolean {
  const text = segment.normalize("NFC").trim();
  if (text === "" || TEMPLATE.test(text)) return false;
  const stem = text.replace(EXTENSION, "");
  if (isIdAsWhole(text) || isIdAsWhole(stem)) return true;
  if (/[/:,;]/.test(stem)) return stem.split(/[/:,;]/).some((part) => isId(part));
  if (!CODE_FILE.test(text) && /^\p{L}[\p{L}'-]*(?:\.\p{L}[\p{L}'-]*)+$/u.test(stem)) return true;
  if (LONG_NUMBER.test(stem.replace(YEAR, ""))) return true;
  if (CODE.test(stem) && digitsIn(stem) >= 2 && stem.split("-").some((group) => MIXED_GROUP.test(group)))
    return true;
  const words = stem.split(/[^\p{L}\p{N}]+/u);
  return (
    words.some(isIdWord) || (/^[\w-]+$/.test(stem) && /[A-Z_]/.test(stem) && isMixed(stem) && !isProse(words))
  );
}

/** Whether all words are natural ones; those of an id with `_` or `-` are not. */
const isProse = (words: readonly string[]): boolean =>
  words.every((word) => /^[A-Z]?[a-z]*$|^[A-Z]+$|^\d{1,4}$/.test(word));

/** Common pages and lists below a segment that is otherwise followed by a person's name. */
const COMMON_PAGES = new Set(
  (
    "about account accounts active activity add addresses admin all archived auth billing blocked browse callback cart " +
    "checkout contact create dashboard deactivate delete details directory discover done edit email error expired " +
    "explore export failed faq favorites features feed filter find following followers forgot forgot-password friends " +
    "groups help home import inactive inbox index info invitations invite invites invoices jobs join latest list log-in " +
    "log-out login logout lost-password me members messages mine my new notifications now ok online orders overview " +
    "password payments people permissions phone plans popular preferences pricing privacy products profile profiles " +
    "recent register registration request reset reset-password resend results roles search security self send sent " +
    "session sessions settings setup sign-in sign-out sign-up sign_in sign_out sign_up signin signout signup stats step " +
    "subscriptions success team teams terms thanks thank-you top trending unlock update users verify welcome wishlist advanced"
  ).split(" "),
);

/** Words that precede the name of a person, and those that precede a search text. */
const BEFORE_NAMES =
  /^(?:u|users?|members?|people|persons?|profiles?|authors?|customers?|clients?|contacts?|students?|employees?|patients?|teachers?|doctors?|creators?|friends?|followers?|nutzer|benutzer|kunden?|mitglied(?:er)?|utilisateurs?|usuarios?)$/i;
const BEFORE_TEXT = /^(?:search|suche|recherche|q|query|find|lookup)$/i;

/** Words that precede a secret. */
const BEFORE_SECRETS =
  /^(?:invites?|invitations?|join|reset|reset-password|password-reset|passwordreset|verify|verification|verify-email|confirm|confirmation|confirm-email|activate|activation|unsubscribe|tokens?|magic|magic-link|otp|code|codes|share|shared|shares|s|t|k|key|keys|auth|sso|callback|download|access|claim|redeem|voucher|coupon|giftcard|signature|sign|track|tracking)$/i;

/** Whether a segment is plain words; after `BEFORE_SECRETS` any other segment is a secret. */
const isPlainWord = (text: string): boolean =>
  /^\p{Ll}+(?:[-_]\p{Ll}+)*$/u.test(text) && !text.split(/[-_]/).some((word) => isUnpronounceable(word, 6));

/**
 * Whether a segment is an id because of the one before it: a person's name after `users`, a search text after `search`, a
 * secret after `invite`.
 */
export function isIdAfter(before: string, segment: string): boolean {
  if (TEMPLATE.test(segment) || COMMON_PAGES.has(segment.toLowerCase())) return false;
  if (BEFORE_NAMES.test(before) || BEFORE_TEXT.test(before)) return true;
  return BEFORE_SECRETS.test(before) && segment.length >= 4 && !isPlainWord(segment);
}
