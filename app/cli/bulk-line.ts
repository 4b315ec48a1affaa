import type { Measurement } from "../vitals/measurement";

/** One line of the bulk format with its line feed; absent values are omitted. */
export function toBulkLine(measurement: Measurement): string {
  const line: Record<string, unknown> = {
    id: measurement.id,
    metric: measurement.metric,
    value: measurement.value,
    route: measurement.route,
    buildVersion: measurement.buildVersion,
    device: measurement.device,
  };
  if (measurement.navigationType !== null) line.navigationType = measurement.navigationType;
  if (measurement.deliveryType !== undefined) line.deliveryType = measurement.deliveryType;
  line.receivedAt = new Date(measurement.receivedAt).toISOString();
  if (measurement.sequence !== null) line.sequence = measurement.sequence;
  if (measurement.library !== null) line.library = measurement.library;
  if (measurement.attribution !== null) line.attribution = measurement.attribution;
  return `${JSON.stringify(line)}\n`;
}
