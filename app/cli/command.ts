import type { Readable, Writable } from "node:stream";
import type { Clock } from "../platform/clock.server";
import type { Output } from "./output.server";

/** The I/O of a command, injected for tests. */
export type CommandIo = {
  stdin: Readable;
  stdout: Output;
  stderr: Writable & { isTTY?: boolean };
  /** ms since the epoch. */
  now: Clock;
  /** Monotonic, in ms. */
  monotonic: Clock;
};

export type Option = {
  type: "string" | "boolean";
  /** Placeholder of the value in the help, such as `N`. */
  value?: string;
  description: string;
};

export type CommandArguments = {
  /** As given on the command line; an absent option is `undefined`. */
  values: Readonly<Record<string, string | boolean | undefined>>;
  positionals: readonly string[];
};

export type Command = {
  /** Arguments in the help, such as `FILE [options]`. */
  usage: string;
  description: string;
  options: Readonly<Record<string, Option>>;
  /** Most positional arguments. */
  maxPositionals: number;
  /**
   * @throws UsageError for invalid arguments
   * @throws Error for any other failure, with a message for people
   */
  run(args: CommandArguments, io: CommandIo): Promise<void>;
};

/** An entry of the list of commands; `load` imports the module of this command only. */
export type CommandEntry = { summary: string; load(): Promise<Command> };

/** Invalid arguments; the exit code is 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
