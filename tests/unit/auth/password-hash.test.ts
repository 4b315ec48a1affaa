import { describe, expect, test } from "vitest";
import { generatePassword, hashPassword, verifyPassword } from "../../../app/auth/password-hash.server";

const salt = Buffer.from("sixteen bytes ok");
/** Little work: what is tested is not the time it takes. */
const cheap = { ln: 4, r: 8, p: 1 };
const hash = (password: string) => hashPassword(password, salt, cheap);

describe("hashPassword and verifyPassword", () => {
  test("contains the parameters, and not the password", async () => {
    const made = await hashPassword("correct horse");
    expect(made).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await verifyPassword("correct horse", made)).toBe(true);
    expect(await verifyPassword("correct horsf", made)).toBe(false);
  });

  test("hashes with scrypt as in RFC 7914", async () => {
    const made = await hashPassword("pleaseletmein", Buffer.from("SodiumChloride"), { ln: 14, r: 8, p: 1 });
    const key = Buffer.from(made.split("$")[4] ?? "", "base64").toString("hex");
    expect(key).toBe("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2");
  });

  test("returns another hash each time without a given salt", async () => {
    expect(await hashPassword("same", undefined, cheap)).not.toBe(
      await hashPassword("same", undefined, cheap),
    );
    expect(await hash("same")).toBe(await hash("same"));
    expect(await hash("same")).not.toBe(await hash("Same"));
  });

  test.each([
    ["another normal form of the same letters", "Zu\u0308rich-42", "Z\u00fcrich-42"],
    ["space around what was pasted", "correct horse", " correct horse\r\n"],
  ])("verifies %s", async (_, password, typed) => {
    expect(await verifyPassword(typed, await hash(password))).toBe(true);
  });

  test.each([
    ["nothing", ""],
    ["a part", "correct hors"],
    ["more", "correct horse1"],
    ["another case", "Correct horse"],
    ["an inner space less", "correcthorse"],
    ["the hash itself", "$scrypt$ln=4,r=8,p=1$"],
    ["a megabyte", "x".repeat(1 << 20)],
  ])("rejects %s", async (_, typed) => {
    expect(await verifyPassword(typed, await hash("correct horse"))).toBe(false);
  });

  test.each([
    "",
    "plain text",
    "$scrypt$ln=4,r=8,p=1$c2FsdA$",
    "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA",
  ])("throws for the malformed hash %j", async (stored) => {
    await expect(verifyPassword("", stored)).rejects.toThrow("password hash can't be read");
  });
});

test("generatePassword returns 100 random bits in unambiguous characters", () => {
  const made = Array.from({ length: 500 }, generatePassword);
  for (const password of made)
    expect(password).toMatch(/^[0-9a-hjkmnp-tv-z]{5}(?:-[0-9a-hjkmnp-tv-z]{5}){3}$/);
  expect(new Set(made).size).toBe(made.length);
  // Every character of the alphabet is used: 5 bits each.
  expect(new Set(made.join("").replaceAll("-", "")).size).toBe(32);
});
