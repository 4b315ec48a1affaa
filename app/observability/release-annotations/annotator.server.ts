import { type Annotation, releaseAnnotation } from "../../grafana/release-annotation";
import { withDeadline } from "../../platform/deadline";
import { readBounded } from "../../platform/read-bounded";
import type { ReleaseAnnotationConfig } from "../observability-config";
import type { Outcome } from "../outbox.server";
import { RequestFailure, refusedFailure, unansweredFailure } from "../request-failure";

type Release = { buildVersion: string; at: number; link: string | null };

/** Timeout of one request with its response, in ms. */
const TIMEOUT = 10_000;

const MAX_RESPONSE_BYTES = 1024 * 1024;

/**
 * Posts release annotations to Grafana's HTTP API
 * (https://grafana.com/docs/grafana/latest/developers/http_api/annotations/).
 * @param stopped aborts a running request
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

  async function send(url: string, init: RequestInit): Promise<unknown> {
    try {
      return await withDeadline(stopped, timeout, async (signal) => {
        // A redirect leads to a sign-in form, or to a server that must not receive the token.
        const response = await fetch(url, { ...init, redirect: "manual", signal });
        return parseResponse(response);
      });
    } catch (error) {
      throw error instanceof RequestFailure ? error : unansweredFailure(error);
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
      const { message } = error as RequestFailure;
      throw new RequestFailure(
        `it could not be asked whether it has the annotation (annotations:read): ${message}`,
        true,
      );
    });
    if (!Array.isArray(annotations)) throw new RequestFailure("it answered no list of annotations", true);
    return annotations.some((one: { text?: unknown } | null) => one?.text === text);
  }

  async function post(annotation: Annotation): Promise<void> {
    const answer = await send(endpoint, {
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
      if (!checkExisting || !(await exists(annotation))) await post(annotation);
      return { ok: true };
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      return { ok: false, mayHaveSucceeded: error.mayHaveSucceeded, reason: error.message };
    }
  };
}

/** @throws RequestFailure for any answer that is not a success in JSON */
async function parseResponse(response: Response): Promise<unknown> {
  const { status } = response;
  if (status < 200 || status > 299) {
    await response.body?.cancel();
    throw refusedFailure(status);
  }
  const body = await readBounded(
    response,
    MAX_RESPONSE_BYTES,
    () => new RequestFailure("its answer has no end", true),
  );
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    const type = response.headers.get("content-type") ?? "nothing";
    throw new RequestFailure(`it answered ${type} instead of JSON: is it Grafana?`, true);
  }
}
