import { type Annotation, releaseAnnotation } from "../../grafana/release-annotation";
import type { ReleaseAnnotationConfig } from "../observability-config";
import type { Outcome } from "../outbox.server";
import { RequestFailure, refusedFailure, unansweredFailure } from "../request-failure";

type Release = { buildVersion: string; at: number; link: string | null };

/** How long one question to Grafana may take, its answer included; in ms. */
const TIMEOUT = 10_000;

/** An answer that is longer is none of Grafana's. */
const LONGEST_ANSWER = 1024 * 1024;

/**
 * Marks releases in Grafana: an annotation each.
 * @param stopped ends what is under way
 */
export function createReleaseAnnotator(
  { grafana, token }: ReleaseAnnotationConfig,
  stopped: AbortSignal,
  timeout = TIMEOUT,
): (release: Release, options: { checkExisting: boolean }) => Promise<Outcome> {
  const endpoint = `${grafana.baseUrl}/api/annotations`;
  const headers = {
    Accept: "application/json",
    Authorization: `Bearer ${token}`,
    ...(grafana.orgId === null ? {} : { "X-Grafana-Org-Id": grafana.orgId }),
  };

  async function ask(url: string, init: RequestInit): Promise<unknown> {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeout)]);
    try {
      // A redirection leads to a form to sign in, or to where the token has no business.
      const response = await fetch(url, { ...init, redirect: "manual", signal });
      return await jsonOf(response);
    } catch (error) {
      throw error instanceof RequestFailure ? error : unansweredFailure(error);
    }
  }

  /** Whether Grafana has the annotation already. */
  async function isThere({ time, text }: Annotation): Promise<boolean> {
    const parameters = new URLSearchParams({
      from: String(time - 1),
      to: String(time + 1),
      tags: "release",
      type: "annotation",
      limit: "1000",
    });
    const found = await ask(`${endpoint}?${parameters}`, { headers }).catch((error: unknown) => {
      const { message } = error as RequestFailure;
      throw new RequestFailure(
        `it could not be asked whether it has the annotation (annotations:read): ${message}`,
        true,
      );
    });
    if (!Array.isArray(found)) throw new RequestFailure("it answered no list of annotations", true);
    return found.some((one: { text?: unknown } | null) => one?.text === text);
  }

  async function post(annotation: Annotation): Promise<void> {
    const answer = await ask(endpoint, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(annotation),
    });
    if (typeof answer !== "object" || answer === null || !("id" in answer)) {
      throw new RequestFailure("it answered without an annotation's id", true);
    }
  }

  return async (release, { checkExisting }) => {
    const annotation = releaseAnnotation(grafana, release);
    try {
      if (!checkExisting || !(await isThere(annotation))) await post(annotation);
      return { ok: true };
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      return { ok: false, mayHaveSucceeded: error.mayHaveSucceeded, reason: error.message };
    }
  };
}

/** @throws RequestFailure for any answer that is not a success in JSON */
async function jsonOf(response: Response): Promise<unknown> {
  const { status } = response;
  if (status < 200 || status > 299) {
    await response.body?.cancel();
    throw refusedFailure(status);
  }
  const text = await boundedText(response);
  try {
    return JSON.parse(text);
  } catch {
    const type = response.headers.get("content-type") ?? "nothing";
    throw new RequestFailure(`it answered ${type} instead of JSON: is it Grafana?`, true);
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    length += read.value.byteLength;
    if (length > LONGEST_ANSWER) {
      await reader?.cancel();
      throw new RequestFailure("its answer has no end", true);
    }
    chunks.push(read.value);
  }
  return Buffer.concat(chunks).toString("utf8");
}
