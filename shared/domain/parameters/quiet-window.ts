import { done, failed, type Outcome } from '../failure.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, startOfDay } from '../time.ts';
import { epochMs, type EpochMs } from '../units.ts';

/** From its start to just before its end, UTC. */
export type QuietWindow =
  /**
   * Starts on `dayCount` weekdays from `firstDay` on, Monday being 0; one that passes midnight
   * belongs to the day it starts on.
   */
  | {
      readonly kind: 'weekly';
      readonly firstDay: number;
      readonly dayCount: number;
      readonly startMs: number;
      readonly lengthMs: number;
    }
  | { readonly kind: 'once'; readonly from: EpochMs; readonly until: EpochMs };

const ALLOWED =
  'HH:MM-HH:MM, DAY HH:MM-HH:MM, DAY-DAY HH:MM-HH:MM or YYYY-MM-DDTHH:MMZ/YYYY-MM-DDTHH:MMZ ' +
  '(UTC, DAY from MON to SUN, 24:00 as an end, start and end not equal, dated ones forwards and at most 31 days)';

/**
 * Windows without quoting, as people write them (A18): `13:25-13:40` every day, `MON-FRI
 * 12:25-12:45` or `FRI 23:30-00:30` (which ends on Saturday), and
 * `2026-01-28T18:55Z/2026-01-28T19:30Z` once. UTC, whatever the season: news at a local time move
 * by an hour. The failure is one phrase that names the window and what is allowed; nothing is
 * half-applied.
 */
export function parseQuietWindows(
  texts: readonly string[],
): Outcome<readonly QuietWindow[], string> {
  const windows: QuietWindow[] = [];
  for (const text of texts) {
    const trimmed = text.trim().toUpperCase();
    const window = parseWeekly(trimmed) ?? parseOnce(trimmed);
    if (window === undefined) return failed(`quiet window "${text}" is not ${ALLOWED}`);
    windows.push(window);
  }
  return done(windows);
}

/**
 * The end of the windows that `now` is in, the latest of them; undefined when it is in none.
 * O(windows).
 */
export function quietUntil(windows: readonly QuietWindow[], now: EpochMs): EpochMs | undefined {
  let latest: number | undefined;
  for (const window of windows) {
    const end = endOf(window, now);
    if (end !== undefined) latest = Math.max(latest ?? end, end);
  }
  return latest === undefined ? undefined : epochMs(latest);
}

function endOf(window: QuietWindow, now: EpochMs): number | undefined {
  switch (window.kind) {
    case 'once':
      return window.from <= now && now < window.until ? window.until : undefined;
    case 'weekly': {
      const today = Math.floor(now / DAY_MS);
      return endOnDay(window, today, now) ?? endOnDay(window, today - 1, now);
    }
  }
}

function endOnDay(
  window: QuietWindow & { kind: 'weekly' },
  day: number,
  now: EpochMs,
): number | undefined {
  const start = day * DAY_MS + window.startMs;
  const end = start + window.lengthMs;
  const isItsDay = (weekdayOf(day) - window.firstDay + 7) % 7 < window.dayCount;
  return isItsDay && start <= now && now < end ? end : undefined;
}

/** Monday is 0: 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): number => (day + 3) % 7;

const DAYS = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
const WEEKLY = /^(?:([A-Z]{3})(?:-([A-Z]{3}))? +)?(\d\d:\d\d)-(\d\d:\d\d)$/;
const ONCE = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)Z\/(\d{4}-\d\d-\d\d)T(\d\d:\d\d)Z$/;

function parseWeekly(text: string): QuietWindow | undefined {
  const [, first = '', last = first, from, to] = WEEKLY.exec(text) ?? [];
  const [startMs, endMs] = [clockMs(from), clockMs(to, DAY_MS)];
  const [firstDay, lastDay] = first === '' ? [0, 6] : [DAYS.indexOf(first), DAYS.indexOf(last)];
  if (
    startMs === undefined ||
    endMs === undefined ||
    startMs === endMs ||
    firstDay < 0 ||
    lastDay < 0
  )
    return undefined;
  const lengthMs = endMs > startMs ? endMs - startMs : endMs - startMs + DAY_MS;
  return {
    kind: 'weekly',
    firstDay,
    dayCount: ((lastDay - firstDay + 7) % 7) + 1,
    startMs,
    lengthMs,
  };
}

const MOST_ONCE_MS = 31 * DAY_MS;

function parseOnce(text: string): QuietWindow | undefined {
  const [, fromDay, fromClock, untilDay, untilClock] = ONCE.exec(text) ?? [];
  const [from, until] = [
    instant(fromDay, clockMs(fromClock)),
    instant(untilDay, clockMs(untilClock, DAY_MS)),
  ];
  if (from === undefined || until === undefined || until <= from || until - from > MOST_ONCE_MS)
    return undefined;
  return { kind: 'once', from, until };
}

/** `latest`: the latest time of the day that is allowed. */
function clockMs(
  clock: string | undefined,
  latest: number = DAY_MS - MINUTE_MS,
): number | undefined {
  const [hours = NaN, minutes = NaN] = (clock ?? '').split(':').map(Number);
  const ms = hours * HOUR_MS + minutes * MINUTE_MS;
  return minutes < 60 && ms <= latest ? ms : undefined;
}

/** Undefined for a day that is not in the calendar, or before 1970. */
function instant(day: string | undefined, timeMs: number | undefined): EpochMs | undefined {
  if (day === undefined || timeMs === undefined) return undefined;
  const startsAt = startOfDay(day);
  return startsAt === undefined ? undefined : epochMs(startsAt + timeMs);
}
