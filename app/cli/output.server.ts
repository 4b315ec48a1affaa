import type { Writable } from "node:stream";

/** The reader closed the output. */
export class OutputClosed extends Error {
  override name = "OutputClosed";
}

const CHUNK_LENGTH = 128 * 1024;

/**
 * Writes text to a stream in large chunks, one at a time: a chunk waits until the stream has written the last one, so
 * that a slow reader slows the writer down and memory stays bounded.
 */
export class Output {
  private buffer = "";

  constructor(private readonly stream: Writable) {
    // `flush` gets each error in its callback; an unhandled event would end the process.
    stream.on("error", () => {});
  }

  /** Returns a promise only when it writes a chunk. @throws OutputClosed */
  write(text: string): Promise<void> | undefined {
    this.buffer += text;
    return this.buffer.length < CHUNK_LENGTH ? undefined : this.flush();
  }

  /** Writes the buffered text. @throws OutputClosed when the reader closed it, Error for other failures */
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
