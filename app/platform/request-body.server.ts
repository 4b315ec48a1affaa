/** A body that can't be read as text; `status` is what to answer. */
export class BodyError extends Error {
  override name = "BodyError";
  constructor(
    readonly status: 400 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

/**
 * How much of a body that is too large is read and thrown away, so that its sender sees the answer: a client that is
 * still writing when the connection closes may take that for a failure and never look at it.
 */
const DRAIN_LIMIT = 4 * 1024 * 1024;

/**
 * The request's body as text, never holding more than `limit` bytes of it.
 *
 * The reader of a body that is too large is not cancelled (that would destroy the socket before the answer
 * is out): what is left is drained up to 4 MiB.
 * @throws BodyError 413 over the limit, 415 when it is compressed, 400 when it is not UTF-8 or breaks off
 */
export async function readBody(request: Request, limit: number): Promise<string> {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase();
  const supported = encoding === undefined || encoding === "" || encoding === "identity";
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size > limit || !supported) chunks.length = 0;
      else chunks.push(value);
      if (size > DRAIN_LIMIT) break;
    }
  } catch (error) {
    throw new BodyError(400, `The body broke off after ${size} bytes (${String(error)}).`);
  }
  if (!supported) throw new BodyError(415, `The body must not be compressed; it is ${encoding}.`);
  if (size > limit) throw new BodyError(413, `The body is larger than ${limit} bytes.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new BodyError(400, "The body is not UTF-8 text.");
  }
}
