import { readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Bench } from "./bench";
import { type Measured, toFigure } from "./figures";
import { HOST, startCockpit } from "./servers.server";

/** Documented limit, in bytes. */
const MAX_BYTES = 8_000;

/** The default quality of Express's compression middleware. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

export const trackerBench: Bench = async ({ workplace }) => {
  const cockpit = await startCockpit(workplace.file("tracker.db"));
  try {
    const library = readFileSync(
      join(workplace.root, "node_modules", "web-vitals", "dist", "web-vitals.attribution.iife.js"),
    );
    const measure = async (
      encoding: string,
      baseline: number,
      target?: Measured["target"],
    ): Promise<Measured> => ({
      bench: "tracker",
      name: encoding,
      unit: "bytes",
      rounds: [await bytesServed(cockpit.port, encoding)],
      baseline: { name: "web-vitals' attribution build alone", rounds: [baseline] },
      ...(target !== undefined && { target }),
      sample: "one answer of GET /vitals.js for each encoding: its size is always the same",
    });
    return [
      toFigure(await measure("identity", library.byteLength)),
      toFigure(await measure("gzip", gzipSync(library).byteLength, { of: "value", atMost: MAX_BYTES })),
      toFigure(await measure("br", brotliCompressSync(library, BROTLI).byteLength)),
    ];
  } finally {
    await cockpit.stop();
  }
};

/**
 * The length of the encoded body, in bytes.
 * @throws Error for a response in another encoding
 */
function bytesServed(port: number, encoding: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(
      { host: HOST, port, path: "/vitals.js", headers: { "Accept-Encoding": encoding } },
      (response) => {
        const served = response.headers["content-encoding"] ?? "identity";
        if (response.statusCode !== 200 || served !== encoding) {
          reject(new Error(`/vitals.js: status ${response.statusCode}, encoding ${served}.`));
        }
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.byteLength;
        });
        response.on("end", () => resolve(bytes));
      },
    );
    request.on("error", reject);
  });
}
