import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Systems give out ports from 32,768 or 49,152 on by themselves. Below, no server or connection of another test gets a
 * port by chance before its program listens, or while that one is started again.
 */
const FIRST = 20_000;
const COUNT = 10_000;

/** Processes whose tests run at once begin at different ones. */
let next = (process.pid * 16) % COUNT;

/** A port of 127.0.0.1 that was free a moment ago, for programs that can't choose one themselves. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error(`No port from ${FIRST} to ${FIRST + COUNT - 1} is free.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, "127.0.0.1"), "listening");
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
