import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import type { FrameMapper } from "./profile-format";

/** The source map beside a file; `null` where there is none, or none that can be read. */
function readMap(path: string): TraceMap | null {
  try {
    return new TraceMap(readFileSync(`${path}.map`, "utf8"), pathToFileURL(`${path}.map`).href);
  } catch {
    return null;
  }
}

/**
 * Maps frames of compiled files to their sources, by the source map beside each file (`index.js.map`). A map is read once
 * it is needed. What has no map stays as it is.
 * @param isCompiled whether a file, by its absolute path, may have a source map
 */
export function sourceMapper(isCompiled: (path: string) => boolean): FrameMapper {
  const maps = new Map<string, TraceMap | null>();
  return ({ url, functionName, lineNumber, columnNumber }) => {
    if (!url.startsWith("file:") || lineNumber < 0) return null;
    const path = fileURLToPath(url);
    if (!isCompiled(path)) return null;
    const map = maps.get(path) ?? readMap(path);
    maps.set(path, map);
    if (map === null) return null;
    // Source maps count lines from 1, V8 from 0.
    const { source, line, column } = originalPositionFor(map, {
      line: lineNumber + 1,
      column: Math.max(0, columnNumber),
    });
    if (source === null) return null;
    return { url: source, lineNumber: line - 1, columnNumber: column, functionName };
  };
}
