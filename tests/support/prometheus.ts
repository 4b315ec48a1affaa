import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually } from "./server";
import { temporaryFolder } from "./temporary-folder";

/** `at` is the time of the query, in s. */
export type Series = { metric: Record<string, string>; value: number; at: number };
export type Rule = { name: string; query: string; health: string; state: string; lastError?: string };

/** A Prometheus of its own, on a free loopback port. */
export type Prometheus = {
  /** The series of an instant query, at a time in s or now. @throws Error with Prometheus's message */
  query: (expression: string, at?: number) => Promise<Series[]>;
  /** The values of a label of the selected series. */
  labelValues: (label: string, selector: string) => Promise<string[]>;
  rules: () => Promise<Rule[]>;
  close: () => Promise<void>;
};

const ADDRESS = /msg="Listening on" address=(\S+)/;

/**
 * Starts Debian's Prometheus: it scrapes `target` and evaluates the rules every second.
 * @param target host and port
 * @param ruleFile path of a file of rules
 */
export async function startPrometheus(target: string, token: string, ruleFile: string): Promise<Prometheus> {
  const folder = temporaryFolder();
  const config = join(folder.path, "prometheus.yml");
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      scrape_configs: [
        {
          job_name: "vitals-cockpit",
          authorization: { credentials: token },
          static_configs: [{ targets: [target] }],
        },
      ],
      rule_files: [ruleFile],
    }),
  );
  const child = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder.path, "data")}`,
      "--web.listen-address=127.0.0.1:0",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "close");
    }
    folder.remove();
  };
  try {
    const origin = `http://${await addressOf(child)}`;
    // It answers 503 until its storage is open.
    await eventually(
      async () => (await fetch(`${origin}/-/ready`)).status,
      (status) => status === 200,
    );
    const get = async (path: string, parameters: Record<string, string>): Promise<unknown> => {
      const response = await fetch(`${origin}/api/v1/${path}?${new URLSearchParams(parameters)}`);
      const body = await response.json();
      if (body.status !== "success") throw new Error(`${parameters.query ?? path}: ${body.error}`);
      return body.data;
    };
    return {
      query: async (query, time) => {
        const { result } = (await get("query", {
          query,
          ...(time !== undefined && { time: String(time) }),
        })) as {
          result: Array<{ metric: Record<string, string>; value: [number, string] }>;
        };
        return result.map(({ metric, value: [at, text] }) => ({ metric, value: Number(text), at }));
      },
      labelValues: (label, selector) =>
        get(`label/${label}/values`, { "match[]": selector }) as Promise<string[]>,
      rules: async () => {
        const { groups } = (await get("rules", {})) as { groups: Array<{ rules: Rule[] }> };
        return groups.flatMap(({ rules }) => rules);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The address that a Prometheus listens on, from its log. Its log stays open: it would exit on a broken pipe. */
const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let log = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      const address = ADDRESS.exec(log)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error(`Prometheus exited:\n${log}`)));
  });

/** Runs promtool. @throws Error with its output when it finds a fault */
export const promtool = async (...args: string[]): Promise<void> => {
  await promisify(execFile)("promtool", args);
};
