import { OTHER, UNKNOWN_BUILD } from "../vitals/measurement";
import { DAY, parseInstant } from "../vitals/time";
import { isLabel, isObject, ownProperty } from "./validate";

/** What is wrong with an announcement, for its sender. */
export class AnnouncementError extends Error {
  override name = "AnnouncementError";
}

/** A deploy; `announcedAt` in ms since the epoch. */
export type Announcement = { buildVersion: string; announcedAt: number; link: string | null };

const MAX_LINK = 2048;

/**
 * Reads `{"buildVersion": "2.4.1", "time": "2026-11-22T10:00:00Z", "link": "https://…"}`; `time` (ISO 8601 or ms
 * since the epoch) is now where it is absent, and `link` may be absent too.
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
    announcedAt: parseTime(ownProperty(body, "time"), now),
    link: parseLink(ownProperty(body, "link")),
  };
}

function parseTime(time: unknown, now: number): number {
  if (time === undefined) return now;
  const ms = typeof time === "string" ? parseInstant(time) : time;
  if (typeof ms !== "number" || !Number.isSafeInteger(ms) || ms < 0 || ms > now + DAY) {
    throw new AnnouncementError(
      "time must be ISO 8601 with its zone, or ms since the epoch, and not more than a day ahead.",
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
  return link;
}
