import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { IncomingRequest } from "./incoming-request";

/** A body that can't be read as text; `status` is what to answer. */
export class BodyError extends Error {
  override name = "BodyError";
  constructor(
    readonly status: 400 | 413 | 415 | 429,
    message: string,
  ) {
    super(message);
  }
}

/**
 * How much of a body that is too large is read and discarded, in bytes, so that its sender sees the answer: a client
 * that is still writing when the connection closes may report an error and never read the response.
 */
const DRAIN_LIMIT = 4 * 1024 * 1024;

/** Up to here a body is small: what browsers let pages send while they are left. */
const SMALL = 64 * 1024;

/** How many larger bodies are read at once: many connections must not fill the memory. */
export const MAX_LARGE = 64;

let large = 0;

/** A body as it came, and what it is once it is unpacked. */
export type BinaryBody = { bytes: Buffer<ArrayBuffer>; content: Buffer };

/** A body as it came, and the text that it is once it is unpacked. */
export type Body = { bytes: Buffer<ArrayBuffer>; text: string };

/** Node's own gunzip, which stops at `maxOutputLength` and so never holds more. */
const unpack = promisify(gunzip);

/**
 * The request's body as text: see `readContent`.
 * @throws BodyError as `readContent` does, and 400 for what is not UTF-8
 */
export async function readBytes(
  request: Pick<IncomingRequest, "headers" | "body">,
  limit: number,
  options: { gzip?: boolean } = {},
): Promise<Body> {
  const { bytes, content } = await readContent(request, limit, options);
  return { bytes, text: decodeText(content) };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws BodyError 400 for what is not UTF-8 */
export function decodeText(content: Uint8Array): string {
  try {
    return utf8.decode(content);
  } catch {
    throw new BodyError(400, "The body is not UTF-8 text.");
  }
}

/**
 * The request's body, never holding more than `limit` bytes of it, packed or unpacked.
 *
 * The reader of a body that is too large is not cancelled (that would destroy the socket before the response is
 * sent); the rest is drained up to 4 MiB.
 * @param gzip whether the body may be compressed with gzip
 * @throws BodyError 413 over the limit, 429 when too many large bodies are being read, 415 for another compression,
 *   400 when it is not valid gzip, not UTF-8, or breaks off
 */
export async function readContent(
  request: Pick<IncomingRequest, "headers" | "body">,
  limit: number,
  { gzip = false }: { gzip?: boolean } = {},
): Promise<BinaryBody> {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  const packed = gzip && (encoding === "gzip" || encoding === "x-gzip");
  const supported = packed || encoding === "" || encoding === "identity";
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  let isLarge = false;
  let crowded = false;
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (value === undefined) break;
      size += value.byteLength;
      if (size > SMALL && !isLarge && !crowded) {
        crowded = large >= MAX_LARGE;
        isLarge = !crowded;
        if (isLarge) large += 1;
      }
      if (size > limit || !supported || crowded) chunks.length = 0;
      else chunks.push(value);
      if (done || size > DRAIN_LIMIT) break;
    }
  } catch (error) {
    throw new BodyError(400, `The body broke off after ${size} bytes (${String(error)}).`);
  } finally {
    if (isLarge) large -= 1;
  }
  if (!supported) {
    const allowed = gzip ? "be compressed with gzip or not at all" : "not be compressed";
    throw new BodyError(415, `The body must ${allowed}; it is ${encoding}.`);
  }
  if (size > limit) throw new BodyError(413, `The body is larger than ${limit} bytes.`);
  if (crowded) throw new BodyError(429, "Too many large bodies are being sent; send it again later.");
  const [first] = chunks;
  const bytes = first !== undefined && chunks.length === 1 ? bufferOf(first) : Buffer.concat(chunks);
  return { bytes, content: packed ? await gunzipped(bytes, limit) : bytes };
}

/** The same bytes as a Buffer, without a copy. */
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer<ArrayBuffer> =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** The text of a request's body that is not compressed: see `readBytes`. */
export const readBody = async (request: IncomingRequest, limit: number): Promise<string> =>
  (await readBytes(request, limit)).text;

async function gunzipped(bytes: Buffer, limit: number): Promise<Buffer> {
  try {
    return await unpack(bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
      throw new BodyError(413, `The body is larger than ${limit} bytes when it is unpacked.`);
    }
    throw new BodyError(400, "The body is not valid gzip, as its Content-Encoding declares.");
  }
}
