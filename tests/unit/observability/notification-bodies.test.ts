import { describe, expect, it } from "vitest";
import { bodyOf } from "../../../app/observability/notifications/bodies";
import type { IdentifiedNotification } from "../../../app/observability/notifications/notification";

const call = (sentence: string) => ({
  route: "/workspace/[id]",
  metric: "LCP",
  sentence,
  link: "https://vitals.example/admin/performance/route",
  change: { percent: 15 },
});

const notification = (changes: Partial<IdentifiedNotification> = {}): IdentifiedNotification => ({
  id: "0123456789abcdef",
  version: 1,
  event: "regression",
  release: "2.4.1",
  baseline: "2.4.0",
  look: { kind: "first-day", at: "2026-11-22T10:00:00.000Z" },
  sentence: "/workspace/[id]: 2.4.1 is slower than 2.4.0 on LCP.",
  link: "https://vitals.example/admin/performance?release=2.4.1&compare=2.4.0",
  callCount: 1,
  calls: [call("/workspace/[id]: 2.4.1 is slower than 2.4.0 on LCP.")],
  ...changes,
});

describe("bodyOf", () => {
  it("is the notification itself as json", () => {
    expect(JSON.parse(bodyOf("json", notification()))).toEqual(notification());
  });

  it("is a text with a link for Slack, whose control characters are escaped", () => {
    const sentence = "/a<b>&c: <!channel> is slower.";
    expect(JSON.parse(bodyOf("slack", notification({ calls: [call(sentence)] })))).toEqual({
      text: [
        "Performance regression",
        "/a&lt;b&gt;&amp;c: &lt;!channel&gt; is slower.",
        "<https://vitals.example/admin/performance?release=2.4.1&amp;compare=2.4.0|Open the comparison>",
      ].join("\n"),
    });
  });

  it("is an Adaptive Card for Teams, whose texts are no Markdown", () => {
    const { event, ...rest } = notification();
    const { type, attachments } = JSON.parse(bodyOf("teams", { ...rest, event: "regression-withdrawn" }));
    expect([event, type]).toEqual(["regression", "message"]);
    expect(attachments).toMatchObject([
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          type: "AdaptiveCard",
          body: [
            { type: "RichTextBlock", inlines: [{ text: "Performance regression withdrawn" }] },
            { type: "RichTextBlock", inlines: [{ text: rest.sentence }] },
          ],
          actions: [{ type: "Action.OpenUrl", url: rest.link }],
        },
      },
    ]);
  });

  it("names the path where the public address is unknown", () => {
    const link = "/admin/performance?release=2.4.1";
    expect(JSON.parse(bodyOf("slack", notification({ link }))).text).toContain(`\n${link}`);
    const [{ content }] = JSON.parse(bodyOf("teams", notification({ link }))).attachments;
    expect(content.actions).toBeUndefined();
    expect(content.body.at(-1)).toMatchObject({ inlines: [{ text: link }] });
  });

  it.each(["slack", "teams"] as const)("stays under 28 kB for %s, however long the names are", (format) => {
    const calls = Array.from({ length: 20 }, (_, i) => call(`${"é".repeat(2_047)}${i}`));
    const link = `https://vitals.example/admin/performance?route=${"%C3%A9".repeat(2_048)}`;
    const body = bodyOf(format, notification({ calls, callCount: 1_234, link }));
    expect(Buffer.byteLength(body)).toBeLessThan(28_000);
    expect(body).toContain("And 1224 more.");
  });
});
