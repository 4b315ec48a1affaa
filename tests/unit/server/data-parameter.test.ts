import { describe, expect, it } from "vitest";
import { withoutDataParameter } from "../../../app/server/data-parameter.server";

describe("withoutDataParameter", () => {
  it.each([
    ["/login?_data=", "/login"],
    ["/login?_data", "/login"],
    ["/login?a=1&_data=routes%2Flogin&b=%2F", "/login?a=1&b=%2F"],
    ["/login?%5Fdata=x&_data=y", "/login"],
    ["/login?_%64ata=x", "/login"],
    ["/login?_data%00=x&data=_data&a=?_data", "/login?_data%00=x&data=_data&a=?_data"],
    ["/_data", "/_data"],
    ["/login?", "/login?"],
    ["*", "*"],
  ])("turns %s into %s", (url, expected) => {
    expect(withoutDataParameter(url)).toBe(expected);
  });
});
