import { type CallFrame, withoutQuery } from "./profile-format";

/**
 * Whose code a frame is: of the service, of a package, of Node itself, or V8's own (built-in functions, compiling,
 * garbage collection).
 */
export type FrameOwner = "app" | "package" | "node" | "engine";

/** A function of a profile. */
export type Frame = {
  /** `(anonymous)` for a function without a name. */
  name: string;
  /** From the service's folder, such as `app/query/window.ts`, or `node:fs`; empty for V8's own. */
  file: string;
  /** From 1; `null` where there is none. */
  line: number | null;
  /** From 1; `null` where there is none. */
  column: number | null;
  owner: FrameOwner;
};

/** Longer names are truncated: some are generated from data. */
const MAX_NAME = 200;

const shortened = (text: string): string =>
  text.length <= MAX_NAME ? text : `${text.slice(0, MAX_NAME - 1).toWellFormed()}…`;

/** V8's names of what is no function. */
export const IDLE = "(idle)";
export const ROOT = "(root)";

/** The functions of `node:inspector` under which a profiler runs; its calls are the profiler's own work. */
export const isInspector = ({ url }: CallFrame): boolean =>
  url === "node:inspector" || url === "inspector.js";

/** The path of a `file:` URL; other URLs and plain paths (CommonJS) as they are. */
function pathOf(url: string): string {
  if (!url.startsWith("file://")) return url;
  const path = url.slice("file://".length);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export type FrameFile = Pick<Frame, "file" | "owner">;

/**
 * The file of a URL and whose it is.
 * @param folder working directory of the profiled process
 */
export function frameFile(url: string, folder: string): FrameFile {
  const { file, owner } = fileOf(withoutQuery(url), folder);
  return { file: shortened(file), owner };
}

function fileOf(url: string, folder: string): FrameFile {
  if (url === "") return { file: "", owner: "engine" };
  if (url.startsWith("node:")) return { file: url, owner: "node" };
  if (url.startsWith("wasm:")) return { file: "WebAssembly", owner: "package" };
  const path = pathOf(url).replaceAll("\\", "/");
  const packages = path.lastIndexOf("/node_modules/");
  if (packages !== -1) return { file: path.slice(packages + "/node_modules/".length), owner: "package" };
  const below = `${folder.replaceAll("\\", "/").replace(/\/+$/, "")}/`;
  return { file: below !== "/" && path.startsWith(below) ? path.slice(below.length) : path, owner: "app" };
}

/** The function of a frame whose URL is of this file. */
export const toFrame = ({ functionName, lineNumber, columnNumber }: CallFrame, source: FrameFile): Frame => ({
  name: shortened(functionName || "(anonymous)"),
  ...source,
  line: lineNumber < 0 ? null : lineNumber + 1,
  column: columnNumber < 0 ? null : columnNumber + 1,
});

/** Identifies a function within one profile. */
export const frameKey = ({ name, file, line, column }: Frame): string =>
  `${name}\n${file}\n${line}:${column}`;

/** Identifies a function across releases, in which lines move. Functions of one file without a name are one. */
export const functionKey = ({ name, file }: Frame): string => `${name}\n${file}`;
