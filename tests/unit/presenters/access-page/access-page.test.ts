import { describe, expect, it } from "vitest";
import { type AccessPageInput, accessPage } from "../../../../app/presenters/access-page/access-page";
import { NOW } from "../../../support/measurements";

const HOUR = 3_600_000;

const session = (id: string) => ({
  id,
  browser: `Browser ${id}`,
  createdAt: NOW - 2 * HOUR,
  lastSeenAt: NOW - HOUR,
  endsAt: NOW + HOUR,
});
const token = {
  id: "t",
  name: "Pipeline",
  scopes: ["gate", "announce"],
  createdAt: NOW - HOUR,
  lastUsedAt: null,
  expiresAt: null,
};

const page = (changes: Partial<AccessPageInput> = {}) =>
  accessPage({
    sessions: [session("a"), session("b")],
    ownSession: "b",
    proxyUser: null,
    tokens: [token],
    scopes: [
      { name: "read", meaning: "Read." },
      { name: "gate", meaning: "Ask." },
    ],
    created: null,
    refused: null,
    limits: { idleHours: 24, absoluteHours: 168 },
    hasEnvironmentToken: true,
    now: NOW,
    ...changes,
  });

describe("accessPage", () => {
  it("has the reader's own session first", () => {
    const { sessions, hasOthers, sessionNotes } = page();
    expect(sessions.map(({ browser, isOwn }) => [browser, isOwn])).toEqual([
      ["Browser b", true],
      ["Browser a", false],
    ]);
    expect(hasOthers).toBe(true);
    expect(sessions[0]).toMatchObject({
      signedIn: { text: "2\u202fh ago" },
      lastSeen: { text: "1\u202fh ago" },
      ends: { iso: new Date(NOW + HOUR).toISOString() },
    });
    expect(sessionNotes).toEqual([expect.stringContaining("24 hours after its last request, 7 days")]);
  });

  it("has no others where the reader has the only session", () => {
    expect(page({ sessions: [session("b")] }).hasOthers).toBe(false);
    expect(page({ ownSession: null, proxyUser: "alice" })).toMatchObject({
      hasOthers: true,
      signedInBy: "The proxy signed you in as alice.",
    });
  });

  it("distinguishes a token without an end from one that has ended", () => {
    const { tokens } = page({ tokens: [token, { ...token, expiresAt: NOW, lastUsedAt: NOW }] });
    expect(tokens.map(({ ends, lastUsed, hasEnded }) => [ends?.iso, lastUsed?.text, hasEnded])).toEqual([
      [undefined, undefined, false],
      [new Date(NOW).toISOString(), "0\u202fs ago", true],
    ]);
    expect(tokens[0]?.scopes).toBe("gate, announce");
  });

  it("fills in what was refused", () => {
    const form = { name: "Pipe", scopes: ["gate"], ends: "2001-01-01" };
    expect(page({ refused: { problem: "The last day must not have passed.", form } }).form).toMatchObject({
      problem: "The last day must not have passed.",
      name: "Pipe",
      ends: "2001-01-01",
      scopes: [
        { name: "read", checked: false },
        { name: "gate", checked: true },
      ],
    });
  });
});
