import { BusyError } from "../database-errors";
import { StatementError, sqliteCode } from "./errors";
import type { Command, ConnectionOptions, ScriptCommands } from "./executor.server";
import type { LogSignal } from "./log-mover.server";

/** What the main thread asks of the writer thread; `id` numbers the requests. */
export type WriterRequest = {
  id: number;
  task:
    | Command
    | { kind: "begin"; isDurable: boolean }
    | { kind: "COMMIT" | "ROLLBACK" | "moveLog" | "close" }
    | { kind: "script"; script: ScriptCommands };
  /** Whether the command belongs to the open transaction. */
  isInTransaction: boolean;
};

/** `log` wakes the thread that moves the log. */
export type WriterData = {
  kind: "writer";
  path: string;
  connection: ConnectionOptions;
  log: LogSignal;
};

export type LogThreadData = { kind: "log"; path: string; signal: LogSignal; movedPages: number };

/** What the writer thread answers. */
export type WriterResponse = { id: number } & ({ value: unknown } | { error: WrittenError });

/** An error as data: a thread's messages keep neither the class of an error nor its code. */
export type WrittenError = { kind: "busy" | "other"; message: string; code: string | null; stack: string };

export const writeError = (error: unknown): WrittenError => ({
  kind: error instanceof BusyError ? "busy" : "other",
  message: error instanceof Error ? error.message : String(error),
  code: sqliteCode(error),
  stack: (error instanceof Error && error.stack) || "",
});

export function readError({ kind, message, code, stack }: WrittenError): Error {
  const error = kind === "busy" ? new BusyError(message) : new StatementError(message, code);
  error.stack = stack;
  return error;
}
