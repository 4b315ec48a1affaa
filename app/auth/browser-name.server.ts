import Bowser from "bowser";

/** No browser's user agent is longer. Bounds the work of Bowser's regular expressions. */
const MAX_USER_AGENT = 1_024;

/** No name of Bowser's is longer; anything longer is a part of the header. */
const MAX_NAME = 40;

/** Browser and platform of a request, without versions: `Firefox on Linux`. Coarse, so that a list identifies nobody else. */
export function browserName(headers: Headers): string {
  const userAgent = (headers.get("user-agent") ?? "").slice(0, MAX_USER_AGENT);
  if (userAgent === "") return "Unknown program";
  const { browser, os } = Bowser.parse(userAgent);
  const names = [browser.name, os.name].map((name) => printable(name ?? ""));
  const [program = "", platform = ""] = names;
  if (program === "") return platform === "" ? "Unknown program" : `Unknown program on ${platform}`;
  return platform === "" ? program : `${program} on ${platform}`;
}

const printable = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N} ._-]/gu, "")
    .slice(0, MAX_NAME)
    .trim();
