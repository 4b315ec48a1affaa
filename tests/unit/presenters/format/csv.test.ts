import { describe, expect, test } from "vitest";
import { csvText } from "../../../../app/presenters/format/csv";

const row = (...cells: Parameters<typeof csvText>[0]["rows"][number]): string =>
  csvText({ columns: ["a"], rows: [cells] }).slice("a\r\n".length);

describe("csvText", () => {
  test("writes a header and rows, each ended by CRLF", () => {
    expect(csvText({ columns: ["route", "lcp_p75_ms"], rows: [["/", 1610]] })).toBe(
      "route,lcp_p75_ms\r\n/,1610\r\n",
    );
    expect(csvText({ columns: ["route"], rows: [] })).toBe("route\r\n");
  });

  test("keeps what is absent apart from 0", () => {
    expect(row(null, 0, -0, 0.04, "", false)).toBe(",0,0,0.04,,false\r\n");
  });

  test.each([
    ["a comma", "a,b", '"a,b"'],
    ["a quote", 'say "a"', '"say ""a"""'],
    ["a line feed", "a\nb", '"a\nb"'],
    ["a carriage return", "a\rb", '"a\rb"'],
    ["blanks, which are part of a field", " a ", " a "],
    ["other scripts", "/größe/日本", "/größe/日本"],
  ])("quotes what RFC 4180 has quoted: %s", (_, text, written) => {
    expect(row(text)).toBe(`${written}\r\n`);
  });

  test.each([
    ["=1+1", `"'=1+1"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@SUM(A1)", `"'@SUM(A1)"`],
    ["\t=1", `"'\t=1"`],
    ["\r=1", `"'\r=1"`],
    [" =1", `"' =1"`],
    ["\u00a0=1", `"'\u00a0=1"`],
    ["\u3000\u200b+1", `"'\u3000\u200b+1"`],
    ["\uff1d1", `"'\uff1d1"`],
    ["\uff0b1", `"'\uff0b1"`],
    ["\u22121", `"'\u22121"`],
    ['=HYPERLINK("http://a")', `"'=HYPERLINK(""http://a"")"`],
  ])("takes from %j the power to be a formula", (text, written) => {
    expect(row(text)).toBe(`${written}\r\n`);
  });

  test("leaves signs inside a text, and numbers, as they are", () => {
    expect(row("2.4.1-rc=1", -12.5, "(other)")).toBe("2.4.1-rc=1,-12.5,(other)\r\n");
  });
});
