import { beforeEach, describe, expect, it } from "vitest";
import { type Command, type CommandArguments, type CommandEntry, UsageError } from "../../../app/cli/command";
import { runCommandLine } from "../../../app/cli/command-line";
import { COMMANDS } from "../../../app/cli/commands";
import { OutputClosed } from "../../../app/cli/output.server";
import { fakeIo } from "./fake-io";

const loaded: string[] = [];
const called: CommandArguments[] = [];
beforeEach(() => {
  for (const list of [loaded, called]) list.length = 0;
});

const entry = (name: string, run: Command["run"] = async (args) => void called.push(args)): CommandEntry => ({
  summary: `does ${name}`,
  load: async () => {
    loaded.push(name);
    return {
      usage: "[FILE] [--days N] [--quiet]",
      description: `What ${name} does.`,
      options: {
        days: { type: "string", value: "N", description: "how many days" },
        quiet: { type: "boolean", description: "say nothing" },
      },
      maxPositionals: 1,
      run,
    };
  },
});

const commands = {
  first: entry("first"),
  second: entry("second"),
  usage: entry("usage", async () => {
    throw new UsageError("--days must be more.");
  }),
  broken: entry("broken", async () => {
    throw new Error("It broke.");
  }),
  closed: entry("closed", async () => {
    throw new OutputClosed();
  }),
  writing: entry("writing", async (_, { stdout }) => {
    await stdout.write("left in the buffer");
  }),
};

async function run(...args: string[]) {
  const io = fakeIo();
  const code = await runCommandLine(args, commands, io);
  return { code, out: io.out.text, err: io.stderr.text };
}

describe("runCommandLine", () => {
  it("loads only the requested command, and passes its arguments", async () => {
    expect(await run("second", "file", "--days", "3", "--quiet")).toEqual({ code: 0, out: "", err: "" });
    expect(loaded).toEqual(["second"]);
    expect(called).toMatchObject([{ values: { days: "3", quiet: true }, positionals: ["file"] }]);
  });

  it("lists the commands on --help and without a command", async () => {
    const help = await run("--help");
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toContain("first    does first\n");
    expect(await run()).toEqual({ code: 2, out: "", err: help.out });
    expect(loaded).not.toContain("first");
  });

  it("explains a command on --help, with any other arguments", async () => {
    const help = await run("first", "--days", "x", "--nonsense", "--help");
    expect(help).toMatchObject({ code: 0, err: "" });
    expect(help.out).toBe(
      "Usage: npm run -s first -- [FILE] [--days N] [--quiet]\n\nWhat first does.\n\n" +
        "  --days N  how many days\n  --quiet   say nothing\n  --help    print this help\n",
    );
    expect((await run("first", "-h")).out).toBe(help.out);
    expect((await run("first", "--", "--help")).out).toBe("");
  });

  it.each([
    [["third"], 'Unknown command "third". Commands: first, second, usage, broken, closed, writing.'],
    [["constructor"], 'Unknown command "constructor".'],
    [["first", "--hours", "3"], "first: Unknown option '--hours'."],
    [["first", "-x"], "first: Unknown option '-x'."],
    [["first", "--days"], "first: Option '--days <value>' argument missing."],
    [["first", "--quiet=yes"], "first: Option '--quiet' does not take an argument."],
    [["first", "a", "b"], "first: Unexpected argument 'b'."],
    [["usage"], "usage: --days must be more."],
  ])("rejects %j with exit code 2", async (args, message) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(message);
    expect(err).not.toMatch(/^ *at /m);
  });

  it("prints why a command failed, with exit code 1", async () => {
    expect(await run("broken")).toEqual({ code: 1, out: "", err: "broken: It broke.\n" });
  });

  it("exits without output when the reader closes the pipe", async () => {
    expect(await run("closed")).toEqual({ code: 0, out: "", err: "" });
  });

  it("flushes the command's output", async () => {
    expect((await run("writing")).out).toBe("left in the buffer");
  });
});

describe("the commands of the cockpit", () => {
  it("describe themselves", async () => {
    for (const name of Object.keys(COMMANDS)) {
      const io = fakeIo();
      expect(await runCommandLine([name, "--help"], COMMANDS, io)).toBe(0);
      expect(io.out.text).toContain(`Usage: npm run -s ${name} -- `);
    }
  });
});
