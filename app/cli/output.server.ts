import type { Writable } from "node:stream";

/** The reader of the output is gone, so there is no use in writing more. */
export class OutputClosed extends Error {
  override name = "OutputClosed";
}

const CHUNK_LENGTH = 128 * 1024;

/**
 * Text to a stream in large chunks, one at a time: the next one is handed over only when the stream has done
 * with the last, so that a slow reader slows the writer down and nothing piles up.
 */
export class Output {
  private buffer = "";

  constructor(private readonly stream: Writable) {
    // Every failure reaches the callback of the write that it befell; this only keeps it from ending the process.
    stream.on("error", () => {});
  }

  /** Adds text; gives a promise only when there is something to wait for. @throws OutputClosed */
  write(text: string): Promise<void> | undefined {
    this.buffer += text;
    return this.buffer.length < CHUNK_LENGTH ? undefined : this.flush();
  }

  /** Hands over what is left. @throws OutputClosed when nobody reads, Error when it can't be written */
  async flush(): Promise<void> {
    const chunk = this.buffer;
    if (chunk === "") return;
    this.buffer = "";
    await new Promise<void>((resolve, reject) => {
      this.stream.write(chunk, (error) => {
        if (error === null || error === undefined) resolve();
        else reject(isClosed(error) ? new OutputClosed("Nobody reads the output.") : error);
      });
    });
  }
}

const CLOSED = new Set(["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"]);

const isClosed = (error: Error): boolean => "code" in error && CLOSED.has(String(error.code));
