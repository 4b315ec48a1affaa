import { channel, tracingChannel } from "node:diagnostics_channel";

/*
 * The stages publish their statements and operations here. Telemetry subscribes when it is enabled, and tests do; without
 * a subscriber a publication costs one comparison.
 */

/** One SQL statement, published before it runs and after it ended, both times as the same object. */
export type StatementMessage = { name: string; phase: "start" | "end"; error?: unknown };

export const statements = channel("vitals-cockpit:statement");

const NOTHING = (): void => {};

/**
 * Publishes that a statement starts.
 * @returns publishes its end, with its error where it failed
 */
export function startStatement(name: string): (error?: unknown) => void {
  if (!statements.hasSubscribers) return NOTHING;
  const message: StatementMessage = { name, phase: "start" };
  statements.publish(message);
  return (error) => {
    if (error !== undefined) message.error = error;
    message.phase = "end";
    statements.publish(message);
  };
}

export type Attributes = Record<string, string | number>;

/** An operation that becomes a span and may contain others; `error` is set after a failure. */
export type OperationMessage = {
  name: string;
  attributes: Attributes;
  /** Starts a new trace, like `root: true` in OpenTelemetry: background work belongs to no request. */
  newTrace: boolean;
  error?: unknown;
};

export const operations = tracingChannel<unknown, OperationMessage>("vitals-cockpit:operation");

/**
 * Runs an operation as a span.
 * @param run receives the span's attributes and may add to them
 */
export function traced<T>(
  name: string,
  run: (attributes: Attributes) => Promise<T>,
  { newTrace = false, attributes = {} }: { newTrace?: boolean; attributes?: Attributes } = {},
): Promise<T> {
  if (!operations.start.hasSubscribers) return run(attributes);
  return operations.tracePromise(() => run(attributes), { name, attributes, newTrace });
}
