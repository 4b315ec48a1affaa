import { BusyError, DatabaseGoneError } from "./database-errors";
import { isServerUnavailable } from "./postgresql/errors";
import { isBusy } from "./sqlite/busy.server";
import { DamagedDatabaseError, isDamage, isFileUnavailable, WriterLostError } from "./sqlite/errors";

/** Whether a write failed for a reason that passes by itself within seconds, as another program's lock does. */
export const isPassing = (error: unknown): boolean =>
  error instanceof BusyError || error instanceof WriterLostError;

/** Whether a statement failed for a reason outside the request, so that the same request may succeed later. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof BusyError ||
  error instanceof DatabaseGoneError ||
  error instanceof DamagedDatabaseError ||
  error instanceof WriterLostError ||
  isBusy(error) ||
  isDamage(error) ||
  isFileUnavailable(error) ||
  isServerUnavailable(error);
