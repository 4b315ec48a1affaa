import { channel, tracingChannel } from "node:diagnostics_channel";

/*
 * What the stages tell of themselves, to whoever listens: our own telemetry does when it is on, and tests do. Nobody
 * listening, it costs a look.
 */

/** One SQL statement, before it runs and after it ended; both times the same object. */
export type StatementMessage = { name: string; phase: "start" | "end"; error?: unknown };

export const statements = channel("vitals-cockpit:statement");

export type Attributes = Record<string, string | number>;

/** Something that takes a while and is made of other things; `error` is set when it failed. */
export type OperationMessage = {
  name: string;
  attributes: Attributes;
  /** Done for nobody in particular, so that it is no part of what happened to set it off. */
  newTrace: boolean;
  error?: unknown;
};

export const operations = tracingChannel<unknown, OperationMessage>("vitals-cockpit:operation");

/**
 * Does something that a trace shows by that name, and within it what it is made of.
 * @param run is handed attributes that it may add to
 */
export function traced<T>(
  name: string,
  run: (attributes: Attributes) => Promise<T>,
  { newTrace = false, attributes = {} }: { newTrace?: boolean; attributes?: Attributes } = {},
): Promise<T> {
  if (!operations.start.hasSubscribers) return run(attributes);
  return operations.tracePromise(() => run(attributes), { name, attributes, newTrace });
}
