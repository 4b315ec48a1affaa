import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../free-port";
import { temporaryFolder } from "../temporary-folder";

/** A pgbouncer of its own on a free port of this machine, with transaction pooling. */
export type Pgbouncer = {
  /** URL of the same database through it. */
  url: string;
  start(): Promise<void>;
  /** Ends it and all of its connections at once. */
  stop(): Promise<void>;
  remove(): Promise<void>;
};

/**
 * Starts Debian's pgbouncer in front of the database at `url`.
 * @param connections most connections to the server, which all clients share
 * @param queryWait how long a statement waits for one of them before it fails, in s
 */
export async function startPgbouncer(
  url: string,
  connections: number,
  queryWait: number,
): Promise<Pgbouncer> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const database = pathname.slice(1);
  const folder = temporaryFolder();
  // It does not run as root, but as the user that owns PostgreSQL.
  chmodSync(folder.path, 0o755);
  const ownPort = await freePort();
  const users = join(folder.path, "users.txt");
  const config = join(folder.path, "pgbouncer.ini");
  writeFileSync(users, `"${username}" "${password}"\n`);
  writeFileSync(
    config,
    `[databases]
${database} = host=${hostname} port=${port} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${connections}
server_login_retry = 1
query_wait_timeout = ${queryWait}
`,
  );
  let program: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const asUser = process.getuid?.() === 0 ? ["-u", "postgres"] : [];
    const child = spawn("pgbouncer", ["-q", ...asUser, config], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, PATH: `${process.env.PATH ?? ""}${delimiter}/usr/sbin` },
    });
    program = child;
    let output = "";
    child.stderr?.on("data", (part) => {
      output += part;
    });
    while (!(await accepts(ownPort))) {
      if (child.exitCode !== null) throw new Error(`pgbouncer can't be started:\n${output}`);
      await pause(10);
    }
  };
  const stop = async (): Promise<void> => {
    if (program === null || program.exitCode !== null || program.signalCode !== null) return;
    const exited = once(program, "exit");
    program.kill("SIGKILL");
    await exited;
  };
  await start();
  return {
    url: `postgres://${username}:${password}@127.0.0.1:${ownPort}/${database}`,
    start,
    stop,
    remove: async () => {
      await stop();
      folder.remove();
    },
  };
}

/** Whether a port of this machine accepts connections. */
async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
