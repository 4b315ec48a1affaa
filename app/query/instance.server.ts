import { singleton } from "../platform/singleton.server";
import { database } from "../storage/instance.server";
import { createUnitReader, type UnitReader } from "./unit-reader.server";

/** What this process remembers of the summaries: thirty days of a large site under several filters. */
const MEMORY = 64 * 1024 * 1024;

/** This process's reader of the summaries. */
export const unitReader = (): UnitReader =>
  singleton("unit-reader", () => createUnitReader(database().read, MEMORY));
