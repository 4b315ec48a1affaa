import { describe, expect, test } from "vitest";
import { LINK_LIFETIME, SignInLinks } from "../../../app/auth/sign-in-links.server";

function setUp() {
  const clock = { now: 5_000 };
  return { clock, links: new SignInLinks(() => clock.now) };
}
const redeems = (links: SignInLinks, token: string): boolean => links.redeem(token) !== null;
const tokenOf = (path: string) => new URL(path, "http://localhost").searchParams.get("token") ?? "";

describe("SignInLinks", () => {
  test("redeems a link once", () => {
    const { links } = setUp();
    const path = links.create();
    expect(path).toMatch(/^\/login\?token=[\w-]{43}$/);
    expect(redeems(links, tokenOf(path))).toBe(true);
    expect(redeems(links, tokenOf(path))).toBe(false);
  });

  test("redeems a link within ten minutes", () => {
    const { clock, links } = setUp();
    const [early, late] = [tokenOf(links.create()), tokenOf(links.create())];
    clock.now += LINK_LIFETIME - 1;
    expect(redeems(links, early)).toBe(true);
    clock.now += 1;
    expect(redeems(links, late)).toBe(false);
    expect(LINK_LIFETIME).toBe(600_000);
  });

  test("redeems links of its own process only", () => {
    expect(redeems(setUp().links, tokenOf(setUp().links.create()))).toBe(false);
  });

  test.each(["", "x", "__proto__", "constructor"])("rejects %j", (token) => {
    const { links } = setUp();
    links.create();
    expect(redeems(links, token)).toBe(false);
  });

  test("makes a link valid again when the sign-in failed otherwise", () => {
    const { clock, links } = setUp();
    const token = tokenOf(links.create());
    links.redeem(token)?.();
    expect(redeems(links, token)).toBe(true);
    const late = tokenOf(links.create());
    const undo = links.redeem(late);
    clock.now += LINK_LIFETIME;
    undo?.();
    expect(redeems(links, late)).toBe(false);
  });

  test("evicts the oldest link", () => {
    const { links } = setUp();
    const tokens = Array.from({ length: 17 }, () => tokenOf(links.create()));
    expect(tokens.map((token) => redeems(links, token))).toEqual([false, ...Array(16).fill(true)]);
  });
});
