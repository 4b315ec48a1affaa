import { type Annotation, releaseAnnotation } from "../../grafana/release-annotation";
import type { ReleaseAnnotationConfig } from "../observability-config";

/** `mayHaveSucceeded`: Grafana may have stored the annotation nevertheless, so the next attempt must look for it first. */
export type AnnotationOutcome = { ok: true } | { ok: false; mayHaveSucceeded: boolean; reason: string };

type Release = { buildVersion: string; at: number; link: string | null };

/** Timeout of one request with its response, in ms. */
const TIMEOUT = 10_000;

const MAX_RESPONSE_BYTES = 1024 * 1024;

/** Errors before the connection: Grafana can't have stored anything. */
const NOT_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|.*CERT.*)$/;

class AnnotationError extends Error {
  constructor(
    reason: string,
    readonly mayHaveSucceeded: boolean,
  ) {
    super(reason);
  }
}

/**
 * Posts release annotations to Grafana's HTTP API
 * (https://grafana.com/docs/grafana/latest/developers/http_api/annotations/).
 * @param stopped aborts a running request
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
      // A redirect leads to a sign-in form, or to a server that must not receive the token.
      const response = await fetch(url, { ...init, redirect: "manual", signal });
      return await parseResponse(response);
    } catch (error) {
      throw error instanceof AnnotationError ? error : toAnnotationError(error);
    }
  }

  async function exists({ time, text }: Annotation): Promise<boolean> {
    const parameters = new URLSearchParams({
      from: String(time - 1),
      to: String(time + 1),
      tags: "release",
      type: "annotation",
      limit: "1000",
    });
    const annotations = await send(`${endpoint}?${parameters}`, { headers }).catch((error: unknown) => {
      const { message } = error as AnnotationError;
      throw new AnnotationError(
        `it could not be asked whether it has the annotation (annotations:read): ${message}`,
        true,
      );
    });
    if (!Array.isArray(annotations)) throw new AnnotationError("it answered no list of annotations", true);
    return annotations.some((one: { text?: unknown } | null) => one?.text === text);
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
    // Grafana stores nothing with a 4xx; with a 5xx, also of a proxy, it may have stored the annotation.
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
