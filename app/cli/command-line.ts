import { parseArgs } from "node:util";
import {
  type Command,
  type CommandArguments,
  type CommandEntry,
  type CommandIo,
  UsageError,
} from "./command";
import { OutputClosed } from "./output.server";

/**
 * Runs the command that the arguments (without node and script) name.
 * @returns the exit code: 0, 1 when the command failed, 2 for a usage error
 */
export async function runCommandLine(
  args: readonly string[],
  commands: Readonly<Record<string, CommandEntry>>,
  io: CommandIo,
): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === undefined) {
      io.stderr.write(overview(commands));
      return 2;
    }
    if (isHelp(name)) {
      await print(io, overview(commands));
      return 0;
    }
    const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (entry === undefined) {
      const known = Object.keys(commands).join(", ");
      io.stderr.write(`Unknown command "${name}". Commands: ${known}.\n`);
      return 2;
    }
    const command = await entry.load();
    const end = rest.indexOf("--");
    if ((end === -1 ? rest : rest.slice(0, end)).some(isHelp)) {
      await print(io, help(name, command));
      return 0;
    }
    await command.run(parse(command, rest), io);
    await io.stdout.flush();
    return 0;
  } catch (error) {
    // The reader, such as `head`, closed the pipe, which is no error.
    if (error instanceof OutputClosed) return 0;
    const message = error instanceof Error ? error.message : String(error);
    io.stderr.write(`${name}: ${message}\n`);
    if (!(error instanceof UsageError)) return 1;
    io.stderr.write(`See: ${invocation(name ?? "")} --help\n`);
    return 2;
  }
}

const isHelp = (arg: string): boolean => arg === "--help" || arg === "-h";

async function print({ stdout }: CommandIo, text: string): Promise<void> {
  await stdout.write(text);
  await stdout.flush();
}

/** @throws UsageError for options that the command does not have, values that are missing, and too many arguments */
function parse(command: Command, args: string[]): CommandArguments {
  let parsed: CommandArguments;
  try {
    parsed = parseArgs({ args, options: command.options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"))) {
      throw error;
    }
    // The other sentences of Node's message are advice about positional arguments, which does not apply.
    throw new UsageError(`${error.message.split(/[.\n]/)[0]}.`);
  }
  const extra = parsed.positionals[command.maxPositionals];
  if (extra !== undefined) throw new UsageError(`Unexpected argument '${extra}'.`);
  return parsed;
}

/** `-s` silences npm's own output. */
const invocation = (name: string): string => `npm run -s ${name} --`;

function overview(commands: Readonly<Record<string, CommandEntry>>): string {
  const rows = Object.entries(commands).map(([name, { summary }]): [string, string] => [name, summary]);
  return `Usage: npm run -s COMMAND -- [options]\n\n${table(rows)}\nEach has a --help of its own.\n`;
}

function help(name: string, command: Command): string {
  const rows = Object.entries(command.options).map(([option, { value, description }]): [string, string] => [
    value === undefined ? `--${option}` : `--${option} ${value}`,
    description,
  ]);
  rows.push(["--help", "print this help"]);
  return `Usage: ${invocation(name)} ${command.usage}\n\n${command.description}\n\n${table(rows)}`;
}

function table(rows: readonly [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
}
