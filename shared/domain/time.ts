import { epochMs, type EpochMs } from './units.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const YEAR_MS = 365 * DAY_MS;

/** How far a venue's clock and ours may differ. */
export const CLOCKS_APART_MS = 10 * SECOND_MS;

/** The UTC day as `2026-01-05`. */
export function utcDay(at: EpochMs): string {
  const time = utcTime(at);
  return time.slice(0, time.indexOf('T'));
}

/** UTC time as `2026-01-05T07:55:00.000Z`. */
export const utcTime = (at: EpochMs): string => new Date(at).toISOString();

/** The beginning of a UTC day given as `2026-01-05`; undefined for a day the calendar has not. */
export function startOfDay(day: string): EpochMs | undefined {
  const [year = NaN, month = NaN, dayOfMonth = NaN] = day.split('-').map(Number);
  const ms = Date.UTC(year, month - 1, dayOfMonth);
  return ms >= 0 && utcDay(epochMs(ms)) === day ? epochMs(ms) : undefined;
}
