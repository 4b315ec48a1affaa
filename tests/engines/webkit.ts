import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../support/free-port";
import type { EngineBrowser } from "./engine-browser";

export type WebKitPrograms = { driver: string; browser: string; display: string };

/** The key under which WebDriver gives an element's reference. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Starts WebKitGTK's MiniBrowser on a virtual display, driven over plain WebDriver. */
export async function startWebKit({ driver, browser, display }: WebKitPrograms): Promise<EngineBrowser> {
  const xvfb = spawn(display, ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = (await once(xvfb.stdio[3] as Readable, "data")) as [Buffer];
  const port = await freePort();
  const webDriver = spawn(driver, [`--port=${port}`, "--host=127.0.0.1"], {
    stdio: "ignore",
    env: {
      ...process.env,
      DISPLAY: `:${number.toString().trim()}`,
      // As root, as in a container, WebKit's sandbox can't be set up.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    },
  });
  const end = async (): Promise<void> => {
    await ended(webDriver);
    await ended(xvfb);
  };
  try {
    const session = await openSession(`http://127.0.0.1:${port}`, browser);
    return {
      version: session.version,
      evaluate: <T>(expression: string) =>
        session.command<T>("POST", "execute/sync", { script: `return (${expression});`, args: [] }),
      click: async (selector) => {
        const element = await session.command<Record<string, string>>("POST", "element", {
          using: "css selector",
          value: selector,
        });
        await session.command("POST", `element/${element[ELEMENT]}/click`, {});
      },
      back: async () => {
        await session.command("POST", "back", {});
      },
      close: async () => {
        await session.command("DELETE", "");
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function openSession(origin: string, binary: string) {
  const capabilities = {
    alwaysMatch: {
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary, args: ["--automation"] },
    },
  };
  while (
    !(await fetch(`${origin}/status`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    await pause(50);
  }
  const { sessionId, capabilities: granted } = await request<{
    sessionId: string;
    capabilities: { browserVersion: string };
  }>(`${origin}/session`, "POST", { capabilities });
  return {
    version: granted.browserVersion,
    command: <T = unknown>(method: string, path: string, body?: object): Promise<T> =>
      request(`${origin}/session/${sessionId}${path === "" ? "" : `/${path}`}`, method, body),
  };
}

async function request<T>(url: string, method: string, body?: object): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
  });
  const { value } = (await response.json()) as { value: T };
  if (!response.ok) throw new Error(`WebDriver answered ${response.status}: ${JSON.stringify(value)}`);
  return value;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}
