import { describe, expect, it } from "vitest";
import { gateResult } from "../../../../app/presenters/api/gate";
import { codeSpan, plainText } from "../../../../app/presenters/api/gate-markdown";
import { DEFAULT_GATE } from "../../../../app/presenters/api/gate-options";
import { CHANGES, comparisonOf } from "../comparison/comparisons";

const HREF = "https://cockpit.example/admin/performance?release=2.4.1&compare=2.4.0";

describe("gateMarkdown", () => {
  const markdown = (given: Parameters<typeof comparisonOf>[0] = {}) =>
    gateResult(comparisonOf(given), { ...DEFAULT_GATE, routes: "all" }, null, HREF).markdown.replaceAll(
      "\u202f",
      " ",
    );

  it("has the outcome, the sentence, a row for each judged change, and a link", () => {
    const text = markdown({ routes: new Map([["/a|b", CHANGES]]) });
    const lines = text.split("\n");
    expect(lines[0]).toBe("### 🔴 Regression");
    expect(lines[2]).toContain("2.4.1 is slower than 2.4.0 on LCP");
    expect(lines[4]).toBe(
      "| Verdict | Page | Metric | `2.4.0` p75 | `2.4.1` p75 | Change | 95 % interval | Page views | Good share |",
    );
    expect(text).toContain(
      "| 🔴 slower | Site | LCP | 2.61 s | 3.00 s | +15% | +9…+22 % | 11,876 → 12,304 | 82 % → 74 % good |",
    );
    expect(text).toContain("| 🔴 slower | `/a\\|b` | LCP |");
    expect(text).toContain("| ⚪ unchanged | Site | INP |");
    expect(lines.at(-2)).toBe(`[Open in Vitals Cockpit](<${HREF}>)`);
  });

  it("has no table where nothing was judged", () => {
    const { markdown: text } = gateResult(
      { status: "unavailable", current: "9", baseline: null, reason: "unknown-release" },
      DEFAULT_GATE,
      null,
      HREF,
    );
    expect(text).toMatch(/^### ⚠️ Unknown release\n\n/);
    expect(text).not.toContain("| Verdict");
  });

  it("renders nothing of a name from outside", () => {
    const evil = "@team [x](https://evil.example) <img src=x> `";
    const text = markdown({ current: evil });
    const outside = text.replaceAll("\\`", "").replace(/(`+).*?\1/g, "");
    expect(outside).not.toMatch(/@team|(?<!\\)\]\(https|(?<!\\)<img/);
  });
});

describe("codeSpan", () => {
  it.each([
    { name: "plain", text: "/a", span: "`/a`" },
    { name: "pipe", text: "a|b", span: "`a\\|b`" },
    { name: "backticks", text: "a``b", span: "``` a``b ```" },
  ])("fences $name", ({ text, span }) => {
    expect(codeSpan(text)).toBe(span);
  });
});

describe("plainText", () => {
  it("escapes the punctuation of Markdown", () => {
    expect(plainText("a*b_[c]<d> @e|f")).toBe("a\\*b\\_\\[c\\]\\<d\\> @\u2060e\\|f");
  });
});
