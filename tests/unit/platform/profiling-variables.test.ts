import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../../app/platform/env.server";

describe("PROFILING_TARGETS", () => {
  it("is a list of names and addresses, without slashes at their ends", () => {
    const text = "worker=http://worker:8080/admin/profiling/, mail.eu=https://mail.example/p";
    expect(readEnvironment({ PROFILING_TARGETS: text }).PROFILING_TARGETS).toEqual([
      { name: "worker", url: "http://worker:8080/admin/profiling" },
      { name: "mail.eu", url: "https://mail.example/p" },
    ]);
  });

  it.each([
    "http://worker:8080",
    "worker=",
    "worker=worker:8080",
    "worker=ftp://worker",
    "worker=http://user:password@worker",
    "worker=http://worker/?token=1",
    "a b=http://worker",
    "a=http://one,a=http://two",
  ])("is not %s", (text) => {
    expect(() => readEnvironment({ PROFILING_TARGETS: text })).toThrow(/PROFILING_TARGETS must/);
  });
});

describe("PROFILING_ENABLED", () => {
  it("is on, off or unset", () => {
    const values = ["1", "0", ""].map(
      (text) => readEnvironment({ PROFILING_ENABLED: text }).PROFILING_ENABLED,
    );
    expect(values).toEqual([true, false, null]);
    expect(() => readEnvironment({ PROFILING_ENABLED: "yes" })).toThrow("PROFILING_ENABLED must be 1 or 0");
  });
});
