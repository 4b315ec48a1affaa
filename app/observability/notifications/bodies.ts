import type { IdentifiedNotification, NotificationEvent } from "./notification";

/** Bodies that a webhook may expect: the notification itself, Slack's message, or Teams' Adaptive Card. */
export const NOTIFY_FORMATS = ["json", "slack", "teams"] as const;

export type NotifyFormat = (typeof NOTIFY_FORMATS)[number];

const TITLES: Readonly<Record<NotificationEvent, string>> = {
  regression: "Performance regression",
  "regression-withdrawn": "Performance regression withdrawn",
};

/** Most calls in a chat message; Teams refuses messages over 28 kB. */
const MOST_LINES = 10;

/** Longest line, in characters. */
const LONGEST_LINE = 600;

const shortened = (text: string): string =>
  text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE).toWellFormed()}…`;

/** The calls of a notification, a line each. */
function linesOf({ calls, callCount }: IdentifiedNotification): string[] {
  const lines = calls.slice(0, MOST_LINES).map(({ sentence }) => shortened(sentence));
  const more = callCount - lines.length;
  return more > 0 ? [...lines, `And ${more} more.`] : lines;
}

/** Longest link of a chat message; only names of thousands of characters need more. */
const LONGEST_LINK = 2_048;

/** Whether a link can be opened from a chat: without PUBLIC_URL it is a path. */
const isUrl = (link: string): boolean => link.length <= LONGEST_LINK && URL.canParse(link);

/** The body of a request, as JSON. */
export function bodyOf(format: NotifyFormat, notification: IdentifiedNotification): string {
  switch (format) {
    case "json":
      return JSON.stringify(notification);
    case "slack":
      return JSON.stringify(slackMessage(notification));
    case "teams":
      return JSON.stringify(teamsMessage(notification));
  }
}

/**
 * Slack's control characters. Nothing else can be escaped; underscores within words, as in routes, stay literal.
 * @see https://docs.slack.dev/messaging/formatting-message-text/#escaping
 */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A message for Slack's incoming webhooks, and for Mattermost, Rocket.Chat and others that accept the same. */
function slackMessage(notification: IdentifiedNotification): object {
  const { event, link } = notification;
  const lines = linesOf(notification).map(escaped);
  const last = isUrl(link)
    ? `<${escaped(link).replaceAll("|", "%7C")}|Open the comparison>`
    : escaped(shortened(link));
  return { text: [TITLES[event], ...lines, last].join("\n") };
}

/**
 * An Adaptive Card for webhooks of Teams' Workflows. Text runs, unlike text blocks, interpret no Markdown: routes have
 * brackets and underscores.
 * @see https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
function teamsMessage(notification: IdentifiedNotification): object {
  const { event, link } = notification;
  const paragraph = (text: string, style: object = {}) => ({
    type: "RichTextBlock",
    inlines: [{ type: "TextRun", text, ...style }],
  });
  const hasUrl = isUrl(link);
  const body = [
    paragraph(TITLES[event], { weight: "Bolder", size: "Medium" }),
    ...linesOf(notification).map((line) => paragraph(line)),
    ...(hasUrl ? [] : [paragraph(shortened(link))]),
  ];
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body,
    ...(hasUrl ? { actions: [{ type: "Action.OpenUrl", title: "Open the comparison", url: link }] } : {}),
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  };
}
