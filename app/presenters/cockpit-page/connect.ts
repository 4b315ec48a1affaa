/** How to connect a first site: each step with what to copy. */
export type ConnectModel = {
  /** Heading above it where it stands below figures; `null` where there are none yet. */
  below: string | null;
  intro: string;
  steps: Array<{ title: string; text: string; code: string }>;
};

/** Of the section, for links to it. */
export const CONNECT_ID = "connect";

/** Any other user agent but a browser's counts as a bot, and bots are left out. */
const BROWSER =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

const beacon = {
  buildVersion: "2.4.1",
  route: "/workspace/[id]",
  measurements: [{ id: "v6-try-1", name: "LCP", value: 1234.5 }],
};

/** For Faro's web SDK, whose own URL is all that has to change. */
const faroSetup = (origin: string): string =>
  `initializeFaro({
  url: "${origin}/collect",
  app: { name: "shop-web", version: "2.4.1" },
});`;

/**
 * What an install without a site shows, with this server's own address filled in.
 * @param origin this server's address, with its base path
 * @param paths of the browser script and of the endpoint that it posts to, below it. Blocklists such as EasyPrivacy
 *   block the endpoints below `/api/analytics`, so none of them is an example
 * @param measured whether the cockpit's own pages have been measured
 */
export const connectExamples = (
  origin: string,
  { scriptPath, beaconPath }: { scriptPath: string; beaconPath: string },
  measured: boolean,
): ConnectModel => ({
  below: measured ? "Connect a site" : null,
  intro: measured
    ? "Its figures are here two seconds after one of its pages is hidden or left."
    : "Nothing has been measured yet. Connect a site, and its figures are here two seconds after a page is hidden or left.",
  steps: [
    {
      title: "Add the script to a site",
      text: "One line in its HTML. data-build-version is the release that the figures are compared by.",
      code: `<script async src="${origin}${scriptPath}" data-build-version="2.4.1"></script>`,
    },
    {
      title: "Or send one measurement by hand",
      text: "With a browser's user agent, because what looks like a bot is left out of the figures.",
      code: [
        `curl -i ${origin}${beaconPath} \\`,
        `  -A '${BROWSER}' \\`,
        "  -H 'Content-Type: application/json' \\",
        `  -d '${JSON.stringify(beacon)}'`,
      ].join("\n"),
    },
    {
      title: "Or take what Grafana Faro measures",
      text: "Where its web SDK runs already: this url for initializeFaro. FARO_FORWARD_URL passes everything on to your collector.",
      code: faroSetup(origin),
    },
    {
      title: "Or look at sample data first",
      text: "The same cockpit on a database of its own with 30 days of a made-up site.",
      code: "npm run demo",
    },
  ],
});
