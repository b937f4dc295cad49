import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, utcTime } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import { parseQuietWindows, quietUntil } from '#shared/domain/parameters/quiet-window.ts';

const until = (texts: readonly string[], time: string): string | undefined => {
  const windows = parseQuietWindows(texts);
  if (!windows.ok) throw new Error(windows.failure);
  const end = quietUntil(windows.value, epochMs(Date.parse(time)));
  return end === undefined ? undefined : utcTime(end);
};

describe('quiet windows', () => {
  it('hold from their start to just before their end, every day, on weekdays, over midnight and once (A18)', () => {
    expect(until(['13:25-13:40'], '2026-01-28T13:24:59.999Z')).toBeUndefined();
    expect(until(['13:25-13:40'], '2026-01-28T13:25:00Z')).toBe('2026-01-28T13:40:00.000Z');
    expect(until(['13:25-13:40'], '2026-01-28T13:40:00Z')).toBeUndefined();
    expect(until(['fri 12:25-12:45'], '2026-01-30T12:30:00Z')).toBe('2026-01-30T12:45:00.000Z');
    expect(until(['FRI 12:25-12:45'], '2026-01-29T12:30:00Z')).toBeUndefined();
    expect(until(['FRI 23:30-00:30'], '2026-01-31T00:10:00Z')).toBe('2026-01-31T00:30:00.000Z');
    expect(until(['FRI 23:30-00:30'], '2026-01-30T00:10:00Z')).toBeUndefined();
    expect(until(['SAT-MON 10:00-24:00'], '2026-02-01T23:59:59Z')).toBe('2026-02-02T00:00:00.000Z');
    expect(until(['SAT-MON 10:00-24:00'], '2026-02-03T11:00:00Z')).toBeUndefined();
    expect(until(['2026-01-28T18:55Z/2026-01-28T19:30Z'], '2026-01-28T19:00:00Z')).toBe(
      '2026-01-28T19:30:00.000Z',
    );
    expect(until(['2026-01-28T18:55Z/2026-01-28T19:30Z'], '2026-01-28T19:30:00Z')).toBeUndefined();
    expect(until(['13:00-14:00', ' 13:30-15:00 '], '2026-01-28T13:45:00Z')).toBe(
      '2026-01-28T15:00:00.000Z',
    );
    expect(until([], '2026-01-28T13:45:00Z')).toBeUndefined();
  });

  it('are what a walk minute by minute through a week says (A18)', () => {
    const clock = fc.integer({ min: 0, max: 24 * 60 - 1 });
    const names = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'];
    const shown = (minutes: number): string =>
      `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
    const monday = Date.parse('2026-01-26T00:00:00Z');
    fc.assert(
      fc.property(
        clock,
        clock,
        fc.nat(6),
        fc.nat(6),
        fc.nat(7 * 24 * 60 - 1),
        (from, to, first, last, minute) => {
          fc.pre(from !== to);
          const text = `${names[first]}-${names[last]} ${shown(from)}-${shown(to)}`;
          const windows = parseQuietWindows([text]);
          if (!windows.ok) throw new Error(windows.failure);
          const days = new Set<number>();
          for (let day = first; ; day = (day + 1) % 7) {
            days.add(day);
            if (day === last) break;
          }
          const [day, time] = [Math.floor(minute / 1440), minute % 1440];
          const startsToday = days.has(day) && time >= from && (to < from || time < to);
          const startedYesterday = to < from && days.has((day + 6) % 7) && time < to;
          const end = quietUntil(windows.value, epochMs(monday + minute * MINUTE_MS));
          expect(end !== undefined).toBe(startsToday || startedYesterday);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    'soon',
    '25:00-26:00',
    '13:60-14:00',
    '13:00-13:00',
    '24:00-01:00',
    'XYZ 10:00-11:00',
    'MON-XYZ 10:00-11:00',
    '2026-02-30T10:00Z/2026-02-30T11:00Z',
    '2026-01-28T11:00Z/2026-01-28T10:00Z',
    '2026-01-28T11:00Z/2026-03-28T10:00Z',
    '1969-12-31T10:00Z/1969-12-31T11:00Z',
    '2026-01-28T10:61Z/2026-01-28T11:00Z',
    '2026-01-28T10:00Z/2026-01-32T11:00Z',
  ])('refuse %s in one line that names it and what is allowed (A18)', (text) => {
    const parsed = parseQuietWindows(['10:00-11:00', text]);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.failure).toContain(`"${text}"`);
    expect(parsed.failure).toContain('HH:MM-HH:MM');
    expect(parsed.failure).not.toContain('\n');
  });
});
