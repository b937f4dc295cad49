import { Cron } from 'croner';
import { InvariantError } from '#shared/domain/failure.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#shared/domain/time.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';

const UNITS: Readonly<Record<string, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };

/**
 * When a schedule fires next, strictly after `after`. A rate counts from when the schedule was
 * created, as Scheduler does.
 */
export function nextFiring(expression: string, after: EpochMs, createdAt: EpochMs): EpochMs {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate !== null) {
    const periodMs = Number(rate[1]) * (UNITS[rate[2] ?? ''] ?? Number.NaN);
    return epochMs(createdAt + (Math.floor((after - createdAt) / periodMs) + 1) * periodMs);
  }
  const next = new Cron(fiveFields(expression), { timezone: 'UTC' }).nextRun(new Date(after));
  if (next === null) throw new InvariantError(`${expression} never fires again`);
  return epochMs(next.getTime());
}

/**
 * EventBridge's cron has a year, and `?` for no particular day; the rest is everybody's. Days of
 * the week count differently there.
 */
function fiveFields(expression: string): string {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(' ');
  if (fields?.length !== 6) throw new InvariantError(`not a schedule expression: ${expression}`);
  const [minute, hour, day, month, weekday, year] = fields;
  const anyDay = (field: string | undefined): boolean => field === '*' || field === '?';
  if (!anyDay(weekday) || year !== '*')
    throw new InvariantError(
      `the local cloud knows no days of the week and no years in schedules: ${expression}`,
    );
  return [minute, hour, anyDay(day) ? '*' : day, month, '*'].join(' ');
}
