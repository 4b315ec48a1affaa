/**
 * A line's bytes, including its line feed. A line that is too long is truncated to exactly `limit` + 1 bytes, so that its
 * digest does not depend on the chunks of the stream.
 */
export type Line = { bytes: Uint8Array; tooLong: boolean };

const LINE_FEED = 10;

/** Splits a stream of bytes into lines; buffers at most one line, up to `limit` + 1 bytes. */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const feed = chunk.indexOf(LINE_FEED, from);
      const end = feed === -1 ? chunk.length : feed + 1;
      if (size <= limit) parts.push(chunk.subarray(from, Math.min(end, from + limit + 1 - size)));
      size += end - from;
      from = end;
      if (feed !== -1) {
        yield { bytes: joined(parts), tooLong: size > limit };
        parts = [];
        size = 0;
      }
    }
  }
  if (size > 0) yield { bytes: joined(parts), tooLong: size > limit };
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const [first] = parts;
  return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
};
