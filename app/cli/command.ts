import type { Readable, Writable } from "node:stream";
import type { Clock } from "../platform/clock.server";
import type { Output } from "./output.server";

/** What a command has of the world, handed in so that tests can hand in another one. */
export type CommandIo = {
  stdin: Readable;
  stdout: Output;
  stderr: Writable & { isTTY?: boolean };
  /** ms since the epoch. */
  now: Clock;
  /** ms that only grow. */
  monotonic: Clock;
};

export type Option = {
  type: "string" | "boolean";
  /** What stands for the value in the help, such as `N`. */
  value?: string;
  description: string;
};

export type CommandArguments = {
  /** As given on the command line; an absent option is `undefined`. */
  values: Readonly<Record<string, string | boolean | undefined>>;
  positionals: readonly string[];
};

export type Command = {
  /** What follows the command's name, such as `FILE [options]`. */
  usage: string;
  description: string;
  options: Readonly<Record<string, Option>>;
  /** How many arguments beside the options it takes at most. */
  maxPositionals: number;
  /**
   * @throws UsageError for arguments that it can't use
   * @throws Error for everything else that made it fail, with a message for people
   */
  run(args: CommandArguments, io: CommandIo): Promise<void>;
};

/** A command as the list shows it; its module is loaded when it is called for, and no other one. */
export type CommandEntry = { summary: string; load(): Promise<Command> };

/** Arguments that a command can't use: said on standard error, with exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
