import type { Template } from 'aws-cdk-lib/assertions';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fundingCheckTimes } from '#infra/trading/funding-schedule.ts';
import { parseFundingCheckEvent } from '#shared/schema/events.ts';
import { aStage, functionOf, mentioning, synthesize } from '../synthesize.ts';

const scheduleOf = (venue: {
  fundingIntervalHours: 1 | 2 | 4 | 8;
  fundingCheckMinutesBefore?: number;
}): Record<string, unknown> => {
  const { trading } = synthesize(
    aStage({ venues: { 'purple-flea': { baseUrl: 'https://venue.example', ...venue } } }),
  );
  const { id } = functionOf(trading, 'funding-check');
  const [schedule] = mentioning(trading, 'AWS::Scheduler::Schedule', id);
  return schedule?.Properties ?? {};
};

const deadLettersOf = (template: Template, functionId: string): unknown => {
  const [schedule] = mentioning(template, 'AWS::Scheduler::Schedule', functionId);
  const target = schedule?.Properties['Target'] as
    | { DeadLetterConfig?: { Arn: unknown } }
    | undefined;
  return target?.DeadLetterConfig?.Arn;
};

describe('the funding check of a venue', () => {
  it.each([
    { fundingIntervalHours: 8, expression: 'cron(55 7,15,23 * * ? *)' },
    { fundingIntervalHours: 4, expression: 'cron(55 3,7,11,15,19,23 * * ? *)' },
    { fundingIntervalHours: 1, expression: 'cron(55 * * * ? *)' },
  ] as const)(
    'runs five minutes before each settlement of a venue that settles every $fundingIntervalHours h',
    (venue) => {
      const { fundingIntervalHours, expression } = venue;
      expect(scheduleOf({ fundingIntervalHours })).toMatchObject({
        ScheduleExpression: expression,
        ScheduleExpressionTimezone: 'Etc/UTC',
      });
    },
  );

  it('may be retried, but not into the next funding time', () => {
    const schedule = scheduleOf({ fundingIntervalHours: 8, fundingCheckMinutesBefore: 3 });
    expect(schedule).toMatchObject({
      ScheduleExpression: 'cron(57 7,15,23 * * ? *)',
      Target: { RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 180 } },
    });
    const { trading } = synthesize();
    const { id, resource } = functionOf(trading, 'funding-check');
    trading.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: id },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 300,
      DestinationConfig: { OnFailure: { Destination: deadLettersOf(trading, id) } },
    });
    expect(resource.Properties['Timeout']).toBe(60);
  });

  it('is told the markets of its venue in the shape it reads', () => {
    const target = scheduleOf({ fundingIntervalHours: 8 })['Target'] as { Input: string };
    expect(parseFundingCheckEvent(JSON.parse(target.Input))).toEqual({
      markets: ['purple-flea/BTC-PERP', 'purple-flea/ETH-PERP'],
    });
  });

  it('comes exactly so many minutes before every settlement of the day, whatever the interval', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 4, 8),
        fc.integer({ min: 2, max: 30 }),
        (fundingIntervalHours, fundingCheckMinutesBefore) => {
          const { minute, hour } = fundingCheckTimes({
            fundingIntervalHours,
            fundingCheckMinutesBefore,
          });
          const hours =
            hour === '*'
              ? Array.from({ length: 24 }, (_, index) => index)
              : (hour ?? '').split(',').map(Number);
          const settlements = hours
            .map((at) => (at * 60 + Number(minute) + fundingCheckMinutesBefore) % (24 * 60))
            .sort((a, b) => a - b);
          const expected = Array.from(
            { length: 24 / fundingIntervalHours },
            (_, index) => index * fundingIntervalHours * 60,
          );
          expect(settlements).toEqual(expected);
        },
      ),
    );
  });
});
