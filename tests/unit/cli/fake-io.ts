import { Readable, Writable } from "node:stream";
import type { CommandIo } from "../../../app/cli/command";
import { Output } from "../../../app/cli/output.server";

/** A stream that keeps what is written to it. */
export class Sink extends Writable {
  text = "";
  isTTY = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export type FakeIo = CommandIo & { out: Sink; stderr: Sink; time: { now: number } };

/** What a command is handed in a test: what it writes can be read, and its clocks stand still. */
export function fakeIo(input: Iterable<string> = []): FakeIo {
  const out = new Sink();
  const time = { now: Date.parse("2026-11-23T00:00:00Z") };
  return {
    stdin: Readable.from(input),
    stdout: new Output(out),
    stderr: new Sink(),
    now: () => time.now,
    monotonic: () => time.now,
    out,
    time,
  };
}
