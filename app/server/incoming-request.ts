/**
 * What an endpoint for beacons reads of a request. A `Request` of the web platform is one (Remix makes it), and so is what
 * the collector makes of a request of `node:http` at a tenth of the cost.
 */
export type IncomingRequest = {
  readonly method: string;
  /** An absolute URL, or path and query. */
  readonly url: string;
  readonly headers: ReadableHeaders;
  readonly body: { getReader(): BodyReader } | null;
};

export type ReadableHeaders = {
  /** @param name in lower case */
  get(name: string): string | null;
};

/** As that of a web stream; but the last part of a body may already be `done`. */
export type BodyReader = { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> };

const NO_PARAMETERS: Pick<URLSearchParams, "get"> = new URLSearchParams();

/** The URL parameters of a request. */
export function searchParamsOf({ url }: Pick<IncomingRequest, "url">): Pick<URLSearchParams, "get"> {
  const query = url.indexOf("?");
  return query === -1 ? NO_PARAMETERS : new URLSearchParams(url.slice(query).split("#", 1)[0]);
}
