import { TimeZone } from 'aws-cdk-lib';
import type { CronOptionsWithTimezone } from 'aws-cdk-lib/aws-scheduler';

const DAY_HOURS = 24;
const HOUR_MINUTES = 60;

/**
 * When to look at a venue's funding: some minutes before each settlement. Settlements fall on
 * multiples of the interval from 00:00 UTC.
 */
export function fundingCheckTimes(venue: {
  readonly fundingIntervalHours: number;
  readonly fundingCheckMinutesBefore: number;
}): CronOptionsWithTimezone {
  const settlements = Array.from(
    { length: DAY_HOURS / venue.fundingIntervalHours },
    (_, index) => (index + 1) * venue.fundingIntervalHours,
  );
  return {
    minute: String(HOUR_MINUTES - venue.fundingCheckMinutesBefore),
    hour: settlements.length === DAY_HOURS ? '*' : settlements.map((hour) => hour - 1).join(','),
    timeZone: TimeZone.ETC_UTC,
  };
}
