import { PROFILE_KINDS, type ProfileKind } from "./profile-record";

/** What a profile is started with. */
export type StartOptions = {
  kind: ProfileKind;
  /** Seconds. */
  duration: number;
  /** ms between two samples of a CPU profile; a heap profile does not use it. */
  interval: number;
};

/** Seconds. */
export const DURATION = { min: 5, max: 60, default: 30 } as const;
/** ms. */
export const INTERVAL = { min: 0.5, max: 10, default: 1 } as const;

const FIELDS = ["duration", "interval", "kind", "target"];

/** A request that can't be fulfilled; `status` is the HTTP status of the response. */
export class ProfilingError extends Error {
  override name = "ProfilingError";
  constructor(
    readonly status: 400 | 404 | 409 | 429 | 500 | 502 | 504 | 507,
    message: string,
    /** Seconds until another attempt can succeed; `null` where waiting is no remedy. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }
}

function numberIn(
  name: string,
  text: string | undefined,
  limits: { min: number; max: number; default: number },
  unit: string,
): number {
  if (text === undefined || text === "") return limits.default;
  const value = /^\d{1,6}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= limits.min && value <= limits.max) return value;
  throw new ProfilingError(
    400,
    `${name} must be a number of ${unit} from ${limits.min} to ${limits.max}; it is “${text.slice(0, 40)}”.`,
  );
}

/**
 * Checks the fields of a start.
 * @param fields pairs of name and value, as in a form; an empty value counts as absent
 * @returns the options, and the `target`: empty for this process
 * @throws ProfilingError 400 naming the field that is wrong
 */
export function parseStart(fields: Iterable<readonly [string, string]>): StartOptions & { target: string } {
  const values = new Map<string, string>();
  for (const [name, value] of fields) {
    if (!FIELDS.includes(name)) {
      throw new ProfilingError(
        400,
        `“${name.slice(0, 40)}” is no field; the fields are ${FIELDS.join(", ")}.`,
      );
    }
    if (values.has(name)) throw new ProfilingError(400, `${name} is given twice; give it once.`);
    values.set(name, value.trim());
  }
  const asked = values.get("kind") || "cpu";
  const kind = PROFILE_KINDS.find((one) => one === asked);
  if (kind === undefined) {
    throw new ProfilingError(400, `kind must be cpu or heap; it is “${asked.slice(0, 40)}”.`);
  }
  return {
    kind,
    duration: numberIn("duration", values.get("duration"), DURATION, "seconds"),
    interval: numberIn("interval", values.get("interval"), INTERVAL, "milliseconds"),
    target: values.get("target") ?? "",
  };
}

/**
 * The fields of a request's body, which is a form or JSON.
 * @param contentType of the body; anything but JSON is read as a form
 * @throws ProfilingError 400 for a body that is neither
 */
export function startFields(body: string, contentType: string | null): Array<[string, string]> {
  if (!/^application\/json\b/i.test(contentType ?? "")) return [...new URLSearchParams(body)];
  let value: unknown;
  try {
    value = body.trim() === "" ? {} : JSON.parse(body);
  } catch {
    throw new ProfilingError(400, "The body is not valid JSON.");
  }
  return jsonFields(value);
}

/** @throws ProfilingError 400 for anything but an object of texts and numbers */
export function jsonFields(value: unknown): Array<[string, string]> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProfilingError(400, 'The body must be a JSON object such as {"duration": 30}.');
  }
  return Object.entries(value).map(([name, field]) => {
    if (typeof field === "string" || typeof field === "number") return [name, String(field)];
    throw new ProfilingError(400, `${name.slice(0, 40)} must be a text or a number.`);
  });
}
