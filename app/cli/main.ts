import { monotonic, now } from "../platform/clock.server";
import { runCommandLine } from "./command-line";
import { COMMANDS } from "./commands";
import { Output } from "./output.server";

// A closed standard error must not stop the command.
process.stderr.on("error", () => {});

process.exitCode = await runCommandLine(process.argv.slice(2), COMMANDS, {
  stdin: process.stdin,
  stdout: new Output(process.stdout),
  stderr: process.stderr,
  now,
  monotonic,
});
