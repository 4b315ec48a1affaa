import { isIPv6 } from "node:net";
import { processHooks } from "../server/process-hooks";

/** How often to check whether the server is listening, in ms. */
const POLL_INTERVAL = 50;

const RULE = "─".repeat(72);

/** Writes to standard error, not to the log, which may be stored: the text is for a person, and secret. */
const print = (text: string): void => {
  process.stderr.write(`${RULE}\n${text}\n${RULE}\n`);
};

/** Prints the password generated at the first start. */
export function printPassword(password: string): void {
  print(
    `The password of this cockpit, generated at its first start:\n\n    ${password}\n\n` +
      "Sign in with it at /login. It is not printed again, and only its hash is stored;\n" +
      "set ADMIN_PASSWORD to use another.",
  );
}

/** Prints a link that signs in once, as soon as the server is listening and its port is known. */
export function printSignInLink(path: string): void {
  const poll = setInterval(() => {
    const address = processHooks().server?.address();
    if (address === null || address === undefined || typeof address === "string") return;
    clearInterval(poll);
    const isAny = address.address === "::" || address.address === "0.0.0.0";
    const host = isAny ? "localhost" : isIPv6(address.address) ? `[${address.address}]` : address.address;
    print(`Signs in once, within ten minutes:\n\n    http://${host}:${address.port}${path}\n`);
  }, POLL_INTERVAL);
  poll.unref();
}
