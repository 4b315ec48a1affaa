/** What a segment of a path is: `[id]` stands for everything that names one thing or one person, or is secret. */

const TEMPLATE = /^(?:\[.*\]|:\w[\w-]*|\{.*\}|\$\w+|\*{1,2})$/;

/** Longer segments are ids or free text; either would make a route of every page. */
const LONGEST_SEGMENT = 64;

const UUID = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;

/** Digits with what dates, telephone numbers, cards and coordinates have between them; of a version see below. */
const NUMERIC = /^[#+@(~-]*\p{Nd}[\p{Nd}\s.,:/_()+*x#-]*[a-z°]?$/iu;
const VERSION = /^\d{1,3}(?:\.\d{1,3}){1,2}$/;
const DATE = /\d{4}-(?:\d{2}(?:-\d{2})?|w\d{2}|q[1-4])(?!\d)/i;

/** Hexadecimal digests and object ids: eight digits or more, one of them a figure, or a full-length hash. */
const HASH = /^(?:0x)?(?=.*\d)[0-9a-f]{8,}$|^[0-9a-f]{32,}$/i;

/** Figures that are a year are part of titles; other long ones count things. */
const YEAR = /(?<!\d)(?:19|20)\d{2}(?!\d)/g;
const LONG_NUMBER = /\d{4}/;

/** `PROJ-123`, `INV2024`, `user-42`: a few letters and a number. */
const TICKET = /^[A-Z][A-Z\d]{1,9}-\d{3,}$/;
const NUMBERED =
  /^(?:account|article|book(?:ing)?|case|client|customer|document|doc|entry|event|file|group|id|invoice|issue|item|job|listing|member|message|msg|no|nr|num|order|page|patient|payment|person|post|product|profile|project|record|ref|room|row|session|shipment|student|task|team|thread|ticket|topic|transaction|user|video)s?[-_.]?\d+$/i;

/** `XK4-9PL-2QR`: groups of capitals and figures, as codes are read aloud. */
const CODE = /^[A-Z\d]{2,8}(?:-[A-Z\d]{2,8})+$/;
const MIXED_GROUP = /[A-Z]\d|\d[A-Z]/;

/** What ends the names of files; another word after a point is the rest of a name (`jane.doe`, `shop.example`). */
const EXTENSION =
  /\.(?:s?html?|xhtml|php\d?|aspx?|jspx?|do|action|cgi|pl|cfm|faces|[cm]?jsx?|tsx?|css|json|xml|txt|md|pdf|svg|png|jpe?g|gif|webp|avif|ico|csv|rss|atom|zip|map|wasm|mp[34]|webm|docx?|xlsx?|net|io|webmanifest|well-known)$/i;

/** Files that programmers name, who put points into names (`app.min.js`). */
const CODE_FILE = /\.(?:[cm]?jsx?|css|json|xml|map|html?)$/i;

const matches = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** How often letters and figures, or capitals and others, follow each other. */
const changesOfKind = (word: string): number => matches(word, /[a-z](?=\d)|\d(?=[a-z])/gi);
const changesOfCase = (word: string): number => matches(word, /[a-z](?=[A-Z])|[A-Z](?=[a-z])/g);
const digitsIn = (word: string): number => matches(word, /\d/g);

/** Letters and figures mixed as no word mixes them: nanoids, ULIDs, base64, tokens, short ids. */
function isMixed(word: string): boolean {
  const figures = digitsIn(word);
  if (word.length >= 16 && changesOfKind(word) >= 3) return true;
  if (word.length >= 5 && figures >= 2 && changesOfKind(word) >= 2) return true;
  if (word.length >= 8 && figures >= 1 && changesOfCase(word) >= 3) return true;
  return word.length >= 8 && changesOfCase(word) >= 4 && changesOfCase(word) / word.length >= 0.35;
}

/** Letters as no language puts them together. */
function isUnpronounceable(word: string, from: number): boolean {
  if (word.length < from || !/^[a-z]+$/i.test(word)) return false;
  const vowels = matches(word, /[aeiouy]/gi) / word.length;
  return vowels < 0.22 || vowels > 0.75 || /[^aeiouy]{7}/i.test(word);
}

const LONG_WORD = 16;

/** Whether a text without separators is an id. */
const isIdWord = (word: string): boolean =>
  HASH.test(word) || isMixed(word) || isUnpronounceable(word, LONG_WORD);

/** The text of a segment, whatever was encoded how often; what is no UTF-8 stays encoded. */
export function readable(segment: string): string {
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

/** What a segment may hold before it is looked at word by word. */
function isIdAsWhole(text: string): boolean {
  if (text.length > LONGEST_SEGMENT || UUID.test(text)) return true;
  // Addresses and names of people, `key=value`, padding of base64, and what was a query or fragment.
  if (/^[@~]|.@.|[=?&#|"<>\\^`]|[{}].*[{}]/.test(text)) return true;
  if (NUMERIC.test(text) && !VERSION.test(text)) return true;
  return DATE.test(text) || TICKET.test(text) || NUMBERED.test(text);
}

/**
 * Whether a segment names one thing or person, or is secret: ids, tokens, numbers, dates, addresses, coordinates.
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

/** Words that are read: an id that has `_` or `-` in it is none of them. */
const isProse = (words: readonly string[]): boolean =>
  words.every((word) => /^[A-Z]?[a-z]*$|^[A-Z]+$|^\d{1,4}$/.test(word));

/** What people call the pages and lists below a word that is otherwise followed by somebody's name. */
const OWN_PAGES = new Set(
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

/** Words that are followed by the name of a person, and those that are followed by what somebody has typed. */
const BEFORE_NAMES =
  /^(?:u|users?|members?|people|persons?|profiles?|authors?|customers?|clients?|contacts?|students?|employees?|patients?|teachers?|doctors?|creators?|friends?|followers?|nutzer|benutzer|kunden?|mitglied(?:er)?|utilisateurs?|usuarios?)$/i;
const BEFORE_TEXT = /^(?:search|suche|recherche|q|query|find|lookup)$/i;

/** Words that are followed by a secret. */
const BEFORE_SECRETS =
  /^(?:invites?|invitations?|join|reset|reset-password|password-reset|passwordreset|verify|verification|verify-email|confirm|confirmation|confirm-email|activate|activation|unsubscribe|tokens?|magic|magic-link|otp|code|codes|share|shared|shares|s|t|k|key|keys|auth|sso|callback|download|access|claim|redeem|voucher|coupon|giftcard|signature|sign|track|tracking)$/i;

/** A word of plain letters: after a word that is followed by secrets, anything else is one. */
const isPlainWord = (text: string): boolean =>
  /^\p{Ll}+(?:[-_]\p{Ll}+)*$/u.test(text) && !text.split(/[-_]/).some((word) => isUnpronounceable(word, 6));

/**
 * Whether a segment is an id because of the one before it: somebody's name after `users`, what was typed after
 * `search`, a secret after `invite`.
 */
export function isIdAfter(before: string, segment: string): boolean {
  if (TEMPLATE.test(segment) || OWN_PAGES.has(segment.toLowerCase())) return false;
  if (BEFORE_NAMES.test(before) || BEFORE_TEXT.test(before)) return true;
  return BEFORE_SECRETS.test(before) && segment.length >= 4 && !isPlainWord(segment);
}
