import { type Annotation, releaseAnnotation } from "../../grafana/release-annotation";
import type { ReleaseAnnotationConfig } from "../observability-config";

/** What came of an attempt. `mayHaveSucceeded`: Grafana may have it nevertheless, so the next one has to checkExisting first. */
export type AnnotationOutcome = { ok: true } | { ok: false; mayHaveSucceeded: boolean; reason: string };

type Release = { buildVersion: string; at: number; link: string | null };

/** How long one question to Grafana may take, its answer included; in ms. */
const TIMEOUT = 10_000;

/** An answer that is longer is none of Grafana's. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** Failures to connect: nothing can have arrived. */
const NOT_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|.*CERT.*)$/;

/** What a failed attempt is told by. */
class AnnotationError extends Error {
  constructor(
    reason: string,
    readonly mayHaveSucceeded: boolean,
  ) {
    super(reason);
  }
}

/**
 * Marks releases in Grafana: an annotation each.
 * @param stopped ends what is under way
 */
export function createReleaseAnnotator(
  { grafana, token }: ReleaseAnnotationConfig,
  stopped: AbortSignal,
  timeout = TIMEOUT,
): (release: Release, options: { checkExisting: boolean }) => Promise<AnnotationOutcome> {
  const endpoint = `${grafana.baseUrl}/api/annotations`;
  const headers = {
    Accept: "application/json",
    Authorization: `Bearer ${token}`,
    ...(grafana.orgId === null ? {} : { "X-Grafana-Org-Id": grafana.orgId }),
  };

  async function send(url: string, init: RequestInit): Promise<unknown> {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeout)]);
    try {
      // A redirection leads to a form to sign in, or to where the token has no business.
      const response = await fetch(url, { ...init, redirect: "manual", signal });
      return await parseResponse(response);
    } catch (error) {
      throw error instanceof AnnotationError ? error : toAnnotationError(error);
    }
  }

  /** Whether Grafana has the annotation already. */
  async function exists({ time, text }: Annotation): Promise<boolean> {
    const parameters = new URLSearchParams({
      from: String(time - 1),
      to: String(time + 1),
      tags: "release",
      type: "annotation",
      limit: "1000",
    });
    const found = await send(`${endpoint}?${parameters}`, { headers }).catch((error: unknown) => {
      const { message } = error as AnnotationError;
      throw new AnnotationError(
        `it could not be asked whether it has the annotation (annotations:read): ${message}`,
        true,
      );
    });
    if (!Array.isArray(found)) throw new AnnotationError("it answered no list of annotations", true);
    return found.some((one: { text?: unknown } | null) => one?.text === text);
  }

  async function post(annotation: Annotation): Promise<void> {
    const answer = await send(endpoint, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(annotation),
    });
    if (typeof answer !== "object" || answer === null || !("id" in answer)) {
      throw new AnnotationError("it answered without an annotation's id", true);
    }
  }

  return async (release, { checkExisting }) => {
    const annotation = releaseAnnotation(grafana, release);
    try {
      if (!checkExisting || !(await exists(annotation))) await post(annotation);
      return { ok: true };
    } catch (error) {
      if (!(error instanceof AnnotationError)) throw error;
      return { ok: false, mayHaveSucceeded: error.mayHaveSucceeded, reason: error.message };
    }
  };
}

/** @throws Failure for any answer that is not a success in JSON */
async function parseResponse(response: Response): Promise<unknown> {
  const { status } = response;
  if (status < 200 || status > 299) {
    await response.body?.cancel();
    // What Grafana refuses it doesn't keep; what fails in it, or behind a proxy, it may have kept before.
    throw new AnnotationError(`it answered ${status}`, status >= 500);
  }
  const text = await readBounded(response);
  try {
    return JSON.parse(text);
  } catch {
    const type = response.headers.get("content-type") ?? "nothing";
    throw new AnnotationError(`it answered ${type} instead of JSON: is it Grafana?`, true);
  }
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    length += read.value.byteLength;
    if (length > MAX_RESPONSE_BYTES) {
      await reader?.cancel();
      throw new AnnotationError("its answer has no end", true);
    }
    chunks.push(read.value);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function toAnnotationError(error: unknown): AnnotationError {
  const { name, message, cause } = error as Error & { cause?: { code?: unknown; message?: unknown } };
  if (name === "TimeoutError") return new AnnotationError("it did not answer in time", true);
  const code = String(cause?.code ?? "");
  return new AnnotationError(code || String(cause?.message ?? message), !NOT_CONNECTED.test(code));
}
