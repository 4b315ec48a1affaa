import { DAY, HOUR, MINUTE } from "../vitals/time";

/** A length of time in full: `7 days`, `1 hour`, `23 h 58 min`. */
export function lengthText(length: number): string {
  if (length % DAY === 0 && length > DAY) return `${length / DAY} days`;
  if (length % HOUR === 0) return length === HOUR ? "1 hour" : `${length / HOUR} hours`;
  const [hours, minutes] = [Math.floor(length / HOUR), Math.floor((length % HOUR) / MINUTE)];
  return hours === 0 ? `${minutes} min` : `${hours} h ${minutes} min`;
}
