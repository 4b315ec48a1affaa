import { describe, expect, it } from "vitest";
import { ProfilingError, parseStart, startFields } from "../../../app/profiling/start-request";

const start = (fields: Record<string, string>) => parseStart(Object.entries(fields));

/** The status and message of the error that `run` throws. */
function errorOf(run: () => unknown): { status: number; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ProfilingError) return { status: error.status, message: error.message };
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("parseStart", () => {
  it("has a CPU profile of 30 s at 1 ms as its default", () => {
    const expected = { kind: "cpu", duration: 30, interval: 1, target: "" };
    expect(start({})).toEqual(expected);
    expect(start({ duration: "", interval: " ", kind: "", target: "" })).toEqual(expected);
  });

  it.each([
    [
      { duration: "5", interval: "0.5" },
      { duration: 5, interval: 0.5 },
    ],
    [
      { duration: "60", interval: "10" },
      { duration: 60, interval: 10 },
    ],
    [
      { duration: "7.5", kind: "heap" },
      { duration: 7.5, kind: "heap" },
    ],
    [{ target: "worker" }, { target: "worker" }],
  ])("accepts %j", (fields, expected) => {
    expect(start(fields)).toMatchObject(expected);
  });

  it.each([
    ["duration", "4.99"],
    ["duration", "61"],
    ["duration", "-30"],
    ["duration", "1e1"],
    ["duration", "0x1e"],
    ["duration", "NaN"],
    ["duration", "30s"],
    ["interval", "0.49"],
    ["interval", "10.1"],
    ["interval", "Infinity"],
    ["kind", "memory"],
    ["kind", "constructor"],
    ["duraton", "10"],
  ])("rejects %s=%s with 400 and the field's name", (name, value) => {
    const { status, message } = errorOf(() => start({ [name]: value }));
    expect(status).toBe(400);
    expect(message).toContain(name);
  });

  it("rejects a field that is given twice", () => {
    const twice = [
      ["duration", "10"],
      ["duration", "20"],
    ] as const;
    expect(errorOf(() => parseStart(twice)).message).toContain("twice");
  });
});

describe("startFields", () => {
  it("reads a form", () => {
    expect(startFields("duration=10&kind=heap", "application/x-www-form-urlencoded")).toEqual([
      ["duration", "10"],
      ["kind", "heap"],
    ]);
  });

  it("reads JSON with numbers", () => {
    expect(startFields('{"duration": 10, "kind": "heap"}', "application/json; charset=utf-8")).toEqual([
      ["duration", "10"],
      ["kind", "heap"],
    ]);
    expect(startFields("", "application/json")).toEqual([]);
  });

  it.each([
    "[]",
    "3",
    "null",
    "{",
    '{"duration": [10]}',
    '{"duration": {"a": 1}}',
  ])("rejects the JSON %s with 400", (body) => {
    expect(errorOf(() => startFields(body, "application/json")).status).toBe(400);
  });
});
