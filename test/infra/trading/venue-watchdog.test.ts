import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { parseEnvironment, watchdogEnvironment } from '#shared/schema/environment.ts';
import { parseWatchdogEvent } from '#shared/schema/events.ts';
import { aStage, filledIn, functionOf, mentioning, synthesize } from '../synthesize.ts';

const symbols = ['BTC-PERP', 'ETH-PERP', 'SOL-PERP'];
const [btc, eth, sol] = symbols.map((symbol) => `purple-flea/${symbol}`) as [
  string,
  string,
  string,
];
const { trading } = synthesize(
  aStage({
    markets: symbols.map((symbol) => ({ symbol, venue: 'purple-flea' })),
    groups: [
      { name: 'majors', markets: [btc, eth] },
      { name: 'rest', markets: [sol] },
    ],
  }),
);
const { id, resource } = functionOf(trading, 'watchdog');
const schedules = mentioning(trading, 'AWS::Scheduler::Schedule', id);

describe('the watchdog of a venue', () => {
  it('is one however many groups there are, and starts every minute; a start that comes late or fails is dropped (F5)', () => {
    expect(schedules).toHaveLength(1);
    expect(schedules[0]?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        Arn: { 'Fn::GetAtt': [id, 'Arn'] },
        RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
      },
    });
    trading.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: id },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: Match.absent(),
    });
  });

  it('has time for two looks and for tables and a venue that are slow', () => {
    expect(resource.Properties['Timeout']).toBe(110);
  });

  it('is handed every group with its markets, in the shape it reads', () => {
    const target = schedules[0]?.Properties['Target'] as { Input: string };
    expect(parseWatchdogEvent(JSON.parse(target.Input))).toEqual({
      groups: [
        { name: 'majors', markets: [btc, eth] },
        { name: 'rest', markets: [sol] },
      ],
    });
  });

  it('gets the environment that its handler parses, without a bus', () => {
    expect(parseEnvironment(watchdogEnvironment, filledIn(resource))).toMatchObject({
      DEPLOYMENT: 'paper',
      VENUE: 'purple-flea',
      VENUE_BASE_URL: 'https://venue.example',
      POWERTOOLS_SERVICE_NAME: 'paper-watchdog',
    });
    expect(filledIn(resource)).not.toHaveProperty('EVENT_BUS');
  });
});
