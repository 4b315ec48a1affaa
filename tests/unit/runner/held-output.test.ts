import { describe, expect, it } from "vitest";
import { HeldOutput } from "../../held-output.mjs";

describe("HeldOutput", () => {
  it("writes what it holds when it is released, in order, and everything later at once", () => {
    let written = "";
    const output = new HeldOutput({ write: (chunk) => (written += chunk) });
    output.write("one ");
    output.write(Buffer.from("two "));
    expect(written).toBe("");
    output.release();
    expect(written).toBe("one two ");
    output.write("three ");
    output.release();
    expect(written).toBe("one two three ");
  });
});
