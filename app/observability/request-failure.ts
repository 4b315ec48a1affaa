/** Failures to connect, after which no request can have arrived. */
const NOT_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|.*CERT.*)$/;

/** A failed request. `mayHaveSucceeded`: the server may have processed it nevertheless. */
export class RequestFailure extends Error {
  constructor(
    reason: string,
    readonly mayHaveSucceeded: boolean,
  ) {
    super(reason);
  }
}

/** The failure for an error of `fetch`. Its reason contains no URL, which may be a secret. */
export function unansweredFailure(error: unknown): RequestFailure {
  const { name, message, cause } = error as Error & { cause?: { code?: unknown; message?: unknown } };
  if (name === "TimeoutError") return new RequestFailure("it did not answer in time", true);
  const code = String(cause?.code ?? "");
  return new RequestFailure(code || String(cause?.message ?? message), !NOT_CONNECTED.test(code));
}

/** The failure for an answer other than 2xx. With a 4xx nothing was processed; with a 5xx, also of a proxy, it may have been. */
export const refusedFailure = (status: number): RequestFailure =>
  new RequestFailure(`it answered ${status}`, status >= 500);
