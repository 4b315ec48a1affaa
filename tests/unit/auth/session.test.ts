import { describe, expect, test } from "vitest";
import { SESSION_LIFETIME, SessionSigner } from "../../../app/auth/session.server";
import { NOW } from "../../support/measurements";

const secret = "a secret of the test";
const signer = new SessionSigner(secret, "hash of the password");
const text = signer.issue(NOW);

describe("SessionSigner", () => {
  test("verifies a session until it expires", () => {
    const session = signer.verify(text, NOW);
    expect(session).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      issuedAt: NOW,
      expiresAt: NOW + SESSION_LIFETIME,
    });
    expect(signer.verify(text, NOW + SESSION_LIFETIME - 1)).toEqual(session);
    expect(signer.verify(text, NOW + SESSION_LIFETIME)).toBeNull();
    expect(SESSION_LIFETIME).toBe(7 * 24 * 3600 * 1000);
  });

  test("issues a new id each time", () => {
    const ids = Array.from({ length: 100 }, () => signer.verify(signer.issue(NOW), NOW)?.id);
    expect(new Set(ids).size).toBe(100);
  });

  test("verifies sessions after a restart with the same secret and password", () => {
    expect(new SessionSigner(secret, "hash of the password").verify(text, NOW)).not.toBeNull();
  });

  test.each([
    ["another password", new SessionSigner(secret, "hash of another password")],
    ["another secret", new SessionSigner("another secret", "hash of the password")],
    ["the border between the two moved", new SessionSigner(`${secret}h`, "ash of the password")],
  ])("rejects a session after %s", (_, other) => {
    expect(other.verify(text, NOW)).toBeNull();
  });

  test("rejects a session with any flipped bit", () => {
    const passed = [...text].flatMap((character, i) =>
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((bit) => {
        const flipped = String.fromCharCode(character.charCodeAt(0) ^ (1 << bit));
        const tampered = text.slice(0, i) + flipped + text.slice(i + 1);
        return signer.verify(tampered, NOW) === null ? [] : [tampered];
      }),
    );
    expect(passed).toEqual([]);
  });

  test("rejects a session truncated or extended anywhere", () => {
    for (let i = 0; i < text.length; i += 1) {
      expect(signer.verify(text.slice(0, i), NOW)).toBeNull();
      expect(signer.verify(text.slice(i + 1), NOW)).toBeNull();
      expect(signer.verify(`${text.slice(0, i)}0${text.slice(i)}`, NOW)).toBeNull();
    }
  });

  test("rejects a session with the times of another", () => {
    const later = signer.issue(NOW + 60_000).split(".");
    const mixed = [...later.slice(0, 2), ...text.split(".").slice(2)].join(".");
    expect(signer.verify(mixed, NOW)).toBeNull();
  });

  test.each([
    "",
    ".",
    "...",
    "null",
    "%00",
    "a".repeat(100_000),
    "🙂.🙂.🙂.🙂",
    `${text}.${text}`,
    ` ${text}`,
    text.toUpperCase(),
    encodeURIComponent(JSON.stringify({ admin: true })),
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.",
  ])("rejects %j", (garbage) => {
    expect(signer.verify(garbage, NOW)).toBeNull();
  });
});
