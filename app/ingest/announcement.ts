import { OTHER, UNKNOWN_BUILD } from "../vitals/measurement";
import { DAY, parseTime } from "../vitals/time";
import { type Fields, isLabel, isObject, ownProperty } from "./validate";

/** A deploy announcement that can't be used; `message` names the field, for the sender. */
export class AnnouncementError extends Error {
  override name = "AnnouncementError";
}

/** A deploy; `announcedAt` in ms since the epoch. */
export type Announcement = { buildVersion: string; announcedAt: number; link: string | null };

const MAX_LINK = 2048;

/** Field names of other programs. They are rejected: accepting them would silently drop the time or the link. */
const MISNAMED_FIELDS: Readonly<Record<string, string>> = {
  version: "buildVersion",
  build: "buildVersion",
  release: "buildVersion",
  buildversion: "buildVersion",
  timestamp: "time",
  date: "time",
  at: "time",
  when: "time",
  announcedat: "time",
  deployedat: "time",
  url: "link",
  href: "link",
};

/** @throws AnnouncementError naming the right field */
function rejectMisnamedFields(body: Fields): void {
  for (const name of Object.keys(body)) {
    const plain = name.replaceAll(/[_-]/g, "").toLowerCase();
    const expected = Object.hasOwn(MISNAMED_FIELDS, plain)
      ? MISNAMED_FIELDS[plain]
      : FIELDS.find((field) => field === plain);
    if (expected !== undefined && expected !== name) {
      throw new AnnouncementError(`${name.slice(0, 40)} is no field of an announcement; ${expected} is.`);
    }
  }
}

const FIELDS = ["buildVersion", "time", "link"];

/**
 * Reads `{"buildVersion": "2.4.1", "time": "2026-11-22T10:00:00Z", "link": "https://…"}`. `time` is ISO 8601, or ms or
 * seconds since the epoch; it defaults to `now`. `link` is optional.
 * @throws AnnouncementError naming the field that can't be used
 */
export function parseAnnouncement(text: string, now: number): Announcement {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new AnnouncementError("The body is not JSON.");
  }
  if (!isObject(body)) throw new AnnouncementError("The body must be a JSON object.");
  rejectMisnamedFields(body);
  const buildVersion = ownProperty(body, "buildVersion");
  if (!isLabel(buildVersion)) {
    throw new AnnouncementError(
      "buildVersion must be a text of 1 to 2,048 characters without control characters.",
    );
  }
  if (buildVersion === OTHER || buildVersion === UNKNOWN_BUILD) {
    throw new AnnouncementError(`${buildVersion} stands for builds without a name and can't be announced.`);
  }
  return {
    buildVersion,
    announcedAt: parseAnnouncedAt(ownProperty(body, "time"), now),
    link: parseLink(ownProperty(body, "link")),
  };
}

function parseAnnouncedAt(time: unknown, now: number): number {
  if (time === undefined) return now;
  const ms = parseTime(time);
  if (ms === null || !Number.isSafeInteger(ms) || ms < 0 || ms > now + DAY) {
    throw new AnnouncementError(
      "time must be ISO 8601 with its zone, or a number of ms or seconds since the epoch, and not more than a day ahead.",
    );
  }
  return ms;
}

function parseLink(link: unknown): string | null {
  if (link === undefined) return null;
  const usable =
    typeof link === "string" &&
    link.length <= MAX_LINK &&
    URL.canParse(link) &&
    /^https?:$/.test(new URL(link).protocol);
  if (!usable) throw new AnnouncementError("link must be an http or https URL.");
  const { username, password } = new URL(link);
  if (username !== "" || password !== "") {
    throw new AnnouncementError(
      "link must not hold a user name or password: every reader of the page sees it.",
    );
  }
  return link;
}
