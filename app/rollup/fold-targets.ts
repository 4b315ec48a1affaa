import type { OpenPeriods } from "../storage/fold-state.server";
import { type CoarseGrain, FINER, GRAINS, type Grain, type Retention } from "../storage/summary-sets";
import { DAY, FIVE_MINUTES, HOUR } from "../vitals/time";

/** Hours and days that a batch may write: which are open, and which of the others have summaries of their own. */
export type FoldState = { open: OpenPeriods; written: Record<CoarseGrain, ReadonlySet<number>> };

/** Where the measurements of five minutes go: the grains to write, and the periods that they open. */
export type Targets = {
  grains: readonly Grain[];
  opened: ReadonlyArray<{ grain: CoarseGrain; unit: number }>;
};

export const hourOf = (slot: number): number => Math.floor(slot / FINER.hourly.periods);
export const dayOf = (slot: number): number => Math.floor(hourOf(slot) / FINER.daily.periods);

/**
 * Decides which summaries the measurements of five minutes change. An hour that nothing was written of opens: its
 * measurements go into five-minute summaries only, and its own are made when it closes. An hour with summaries of its own
 * is changed directly. The same holds for days and their hours.
 *
 * What an open period consists of is written whatever its retention, so that nothing of it is missing when it closes.
 * Old periods (of imports) do not open, as their finer summaries are not retained.
 * @param slot five minutes since the epoch
 */
export function targetsOf(slot: number, state: FoldState, retention: Retention, at: number): Targets {
  const hour = hourOf(slot);
  const day = dayOf(slot);
  const oldest = (grain: Grain): number => Math.floor((at - retention[grain]) / GRAINS[grain].length);
  const keepsHour = hour >= oldest("hourly");
  const keepsDay = day >= oldest("daily");
  const isNew = (grain: CoarseGrain, unit: number): boolean => !state.written[grain].has(unit);
  const hasSlots = hour * HOUR >= at - retention.fiveMinutes;
  const hasHours = day * DAY >= at - retention.hourly && (day + 1) * DAY > at - retention.fiveMinutes;
  const opensHour = keepsHour && hasSlots && isNew("hourly", hour);
  const opensDay = keepsDay && hasHours && isNew("daily", day);
  const isHourOpen = state.open.hourly.has(hour) || opensHour;
  const isDayOpen = state.open.daily.has(day) || opensDay;

  const grains: Grain[] = [];
  if (isHourOpen || slot >= Math.floor((at - retention.fiveMinutes) / FIVE_MINUTES))
    grains.push("fiveMinutes");
  if (!isHourOpen && (keepsHour || isDayOpen)) grains.push("hourly");
  if (!isDayOpen && keepsDay) grains.push("daily");
  return {
    grains,
    opened: [
      ...(isHourOpen && !state.open.hourly.has(hour) ? [{ grain: "hourly" as const, unit: hour }] : []),
      ...(isDayOpen && !state.open.daily.has(day) ? [{ grain: "daily" as const, unit: day }] : []),
    ],
  };
}
