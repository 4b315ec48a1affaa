import { describe, expect, it } from "vitest";
import { VouchedNames } from "../../../app/ingest/vouched-names";

describe("VouchedNames", () => {
  it("vouches for a name that enough clients named, once", () => {
    const names = new VouchedNames(3);
    for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.2"]) names.note("2.4.1", address);
    expect(names.has("2.4.1")).toBe(false);
    names.note("2.4.1", "192.0.2.3");
    expect(names.has("2.4.1")).toBe(true);
    expect(names.waiting).toEqual(["2.4.1"]);
    names.recorded(["2.4.1"]);
    names.note("2.4.1", "192.0.2.4");
    expect(names.waiting).toEqual([]);
  });

  it("counts the addresses of one IPv6 /64 as one client", () => {
    const names = new VouchedNames(2);
    for (let i = 0; i < 20; i += 1) names.note("2.4.1", `2001:db8::${i}`);
    expect(names.has("2.4.1")).toBe(false);
    names.note("2.4.1", "2001:db8:0:1::1");
    expect(names.has("2.4.1")).toBe(true);
  });

  it("needs no other client beside one that sends for many", () => {
    const names = new VouchedNames(3);
    names.note("2.4.1", "192.0.2.1", true);
    expect(names.waiting).toEqual(["2.4.1"]);
  });

  it("vouches later for names that are too many to be written at once", () => {
    const names = new VouchedNames(1);
    for (let i = 0; i <= 1_000; i += 1) names.note(`name ${i}`, "192.0.2.1");
    expect([names.waiting.length, names.has("name 1000")]).toEqual([1_000, false]);
    names.recorded(names.waiting);
    names.note("name 1000", "192.0.2.1");
    expect(names.waiting).toEqual(["name 1000"]);
  });

  it("has bounded memory, whatever is named", () => {
    const names = new VouchedNames(3);
    names.note("first", "192.0.2.1");
    names.note("first", "192.0.2.2");
    for (let i = 0; i < 10_000; i += 1) names.note(`flood ${i}`, "198.51.100.1");
    names.note("first", "192.0.2.3");
    expect(names.has("first")).toBe(false);
  });
});
