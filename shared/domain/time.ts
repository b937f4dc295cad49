import type { EpochMs } from './units.ts';

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const YEAR_MS = 365 * DAY_MS;

/** The UTC day as `2026-01-05`. */
export function utcDay(at: EpochMs): string {
  const { year, month, day } = civilFromDays(Math.floor(at / DAY_MS));
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

/** UTC time as `2026-01-05T07:55:00.000Z`. */
export function utcTime(at: EpochMs): string {
  const ms = at % DAY_MS;
  const clock = [ms / HOUR_MS, (ms % HOUR_MS) / MINUTE_MS, (ms % MINUTE_MS) / SECOND_MS]
    .map((part) => digits(Math.floor(part), 2))
    .join(':');
  return `${utcDay(at)}T${clock}.${digits(Math.floor(ms % SECOND_MS), 3)}Z`;
}

const digits = (value: number, width: number): string => String(value).padStart(width, '0');

/**
 * Days since 1970-01-01 to the Gregorian date. Source: H. Hinnant, "chrono-compatible low-level
 * date algorithms", civil_from_days.
 */
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}
