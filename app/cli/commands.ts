import type { CommandEntry } from "./command";

/** The subcommands. Each is an npm script of the same name. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  sample: {
    summary: "write believable made-up measurements, to try the cockpit with",
    load: async () => (await import("./sample/sample-command.server")).sampleCommand,
  },
};
