import { BusyError, isBusy } from "./sqlite/busy.server";
import { DamagedDatabaseError, isDamage, isFileUnavailable } from "./sqlite/errors";

/** Whether a statement failed for a reason outside the request, so that the same request may succeed later. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof BusyError ||
  error instanceof DamagedDatabaseError ||
  isBusy(error) ||
  isDamage(error) ||
  isFileUnavailable(error);
