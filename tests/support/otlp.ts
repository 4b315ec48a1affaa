import type { LoopbackCollector } from "./loopback-collector";

type Value = { stringValue?: string; intValue?: number | string };
type Attribute = { key: string; value: Value };
type OtlpSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number };
  attributes: Attribute[];
};
type OtlpBody = {
  resourceSpans: Array<{
    resource: { attributes: Attribute[] };
    scopeSpans: Array<{ spans: OtlpSpan[] }>;
  }>;
};

export type ReceivedSpan = {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  name: string;
  kind: "internal" | "server" | "client";
  isError: boolean;
  ms: number;
  attributes: Record<string, string | number>;
  resource: Record<string, string | number>;
};

const KINDS = [undefined, "internal", "server", "client"] as const;

const plain = (attributes: readonly Attribute[]): Record<string, string | number> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));

/** All spans that a collector received at `/v1/traces`, as OTLP/JSON. */
export function receivedSpans({ received }: Pick<LoopbackCollector, "received">): ReceivedSpan[] {
  return received
    .filter(({ url }) => url === "/v1/traces")
    .map(({ body }) => JSON.parse(body.toString()) as OtlpBody)
    .flatMap(({ resourceSpans }) => resourceSpans)
    .flatMap(({ resource, scopeSpans }) =>
      scopeSpans
        .flatMap(({ spans }) => spans)
        .map(({ traceId, spanId, parentSpanId, name, kind, status, attributes, ...times }) => ({
          traceId,
          spanId,
          parentSpanId: parentSpanId || null,
          name,
          kind: KINDS[kind] ?? "internal",
          isError: status.code === 2,
          ms: Number(BigInt(times.endTimeUnixNano) - BigInt(times.startTimeUnixNano)) / 1e6,
          attributes: plain(attributes),
          resource: plain(resource.attributes),
        })),
    );
}
