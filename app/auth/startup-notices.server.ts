import { isIPv6 } from "node:net";
import { processHooks } from "../server/process-hooks";

/** How often it is looked whether the server listens yet, in ms. */
const POLL_INTERVAL = 50;

const RULE = "─".repeat(72);

/** Written to standard error as it is, and not to the log: people read it, and nothing needs to keep it. */
const print = (text: string): void => {
  process.stderr.write(`${RULE}\n${text}\n${RULE}\n`);
};

/** Tells the password that was made at the first start. */
export function printPassword(password: string): void {
  print(
    `The password of this cockpit, made at its first start:\n\n    ${password}\n\n` +
      "Sign in with it at /login. It is not shown again, and only its hash is stored;\n" +
      "set ADMIN_PASSWORD to use another.",
  );
}

/** Tells a link that signs in once, as soon as the server listens and its port is known. */
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
