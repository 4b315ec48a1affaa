const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const own = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Former names of attribution fields, by the name that web-vitals 5 and newer use. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  // web-vitals 3 and 4
  target: "element",
  // web-vitals 3
  interactionTarget: "eventTarget",
  resourceLoadDuration: "resourceLoadTime",
  waitingDuration: "waitingTime",
  dnsDuration: "dnsTime",
  connectionDuration: "connectionTime",
  requestDuration: "requestTime",
};

/**
 * Renames the attribution of any web-vitals version to the stored names: those of the newest version, with the URL and
 * subpart of the longest script as flat fields.
 * @see https://github.com/GoogleChrome/web-vitals/tree/main/docs
 */
export function withCurrentNames(attribution: unknown): unknown {
  if (!isRecord(attribution)) return attribution;
  const current: Record<string, unknown> = { ...attribution };
  for (const [name, former] of Object.entries(FORMER_NAMES)) {
    current[name] ??= own(attribution, former);
  }
  const script = own(attribution, "longestScript");
  if (isRecord(script)) {
    const entry = own(script, "entry");
    current.longestScriptSubpart ??= own(script, "subpart");
    current.longestScriptURL ??= isRecord(entry) ? own(entry, "sourceURL") : undefined;
  }
  return current;
}
