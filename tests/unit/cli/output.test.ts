import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { Output, OutputClosed } from "../../../app/cli/output.server";
import { Progress } from "../../../app/cli/progress";
import { Sink } from "./fake-io";

describe("Output", () => {
  it("writes large chunks, and the rest at the end", async () => {
    const chunks: number[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk.length);
        done();
      },
    });
    const output = new Output(stream);
    for (let i = 0; i < 5_000; i += 1) await output.write(`${"x".repeat(99)}\n`);
    await output.flush();
    await output.flush();
    expect(chunks.reduce((a, b) => a + b, 0)).toBe(500_000);
    expect(chunks.length).toBeLessThan(5);
  });

  it("waits for a slow reader", async () => {
    let finish: (() => void) | null = null;
    let started = 0;
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        started += 1;
        finish = done;
      },
    });
    const output = new Output(stream);
    const first = output.write("x".repeat(1_000_000));
    let done = false;
    const all = (async () => {
      await first;
      await output.write("x".repeat(1_000_000));
      done = true;
    })();
    await new Promise((resolve) => setImmediate(resolve));
    expect({ started, done }).toEqual({ started: 1, done: false });
    while (!done) {
      (finish as (() => void) | null)?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
    expect(started).toBe(2);
  });

  const failing = (code: string) =>
    new Output(
      new Writable({
        write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
      }),
    );

  it("rejects after the reader closed the pipe, also a second time", async () => {
    const output = failing("EPIPE");
    await output.write("a");
    await expect(output.flush()).rejects.toThrow(OutputClosed);
    await output.write("b");
    await expect(output.flush()).rejects.toThrow(OutputClosed);
  });

  it("rejects when writing fails", async () => {
    const output = failing("ENOSPC");
    await output.write("a");
    await expect(output.flush()).rejects.toThrow("write ENOSPC");
  });
});

describe("Progress", () => {
  const watch = (isTTY: boolean) => {
    const stream = new Sink();
    stream.isTTY = isTTY;
    const time = { now: 0 };
    return { stream, time, progress: new Progress(stream, () => time.now) };
  };

  it("rewrites one line on a terminal", () => {
    const { stream, time, progress } = watch(true);
    for (time.now = 0; time.now <= 300; time.now += 10) progress.update(() => `${time.now} ms`);
    progress.finish("done");
    expect(stream.text).toBe("\r\x1b[K100 ms\r\x1b[K200 ms\r\x1b[K300 ms\r\x1b[Kdone\n");
  });

  it("writes a line every few seconds elsewhere, and builds no text in between", () => {
    const { stream, time, progress } = watch(false);
    let asked = 0;
    for (time.now = 0; time.now <= 11_000; time.now += 10) {
      progress.update(() => {
        asked += 1;
        return `${time.now} ms`;
      });
    }
    progress.finish("done");
    expect(stream.text).toBe("5000 ms\n10000 ms\ndone\n");
    expect(asked).toBe(2);
  });

  it("writes nothing when nothing was reported", () => {
    const { stream, progress } = watch(true);
    progress.clear();
    expect(stream.text).toBe("");
  });
});
