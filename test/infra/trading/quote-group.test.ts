import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { functionOf, mentioning, resourcesOf, synthesize, variablesOf } from '../synthesize.ts';

const { trading } = synthesize();
const markets = ['purple-flea/BTC-PERP', 'purple-flea/ETH-PERP'];

describe('the requote function of a market', () => {
  it.each(markets)(
    'starts %s every minute, and a start that failed or comes late is dropped',
    (market) => {
      const { id } = functionOf(trading, 'requote', market);
      const schedules = mentioning(trading, 'AWS::Scheduler::Schedule', id);
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
    },
  );

  it('has a function and a schedule of its own for each market and no other', () => {
    expect(Object.values(resourcesOf(trading, 'AWS::Lambda::Function'))).toHaveLength(
      markets.length + 2,
    );
    expect(Object.values(resourcesOf(trading, 'AWS::Scheduler::Schedule'))).toHaveLength(
      markets.length + 1,
    );
  });

  it.each([
    ['purple-flea/BTC-PERP', 'purple-flea/ETH-PERP'],
    ['purple-flea/ETH-PERP', 'purple-flea/BTC-PERP'],
  ])('of %s watches the other market of the stage, %s (C8)', (market, other) => {
    expect(variablesOf(functionOf(trading, 'requote', market).resource)).toMatchObject({
      PEER_MARKETS: other,
    });
  });

  it('does not start before the hedge can be reached and its own retries are off', () => {
    const { id } = functionOf(trading, 'requote', 'purple-flea/BTC-PERP');
    const [schedule] = mentioning(trading, 'AWS::Scheduler::Schedule', id);
    const [rule] = Object.keys(resourcesOf(trading, 'AWS::Events::Rule'));
    const [retries] = Object.entries(resourcesOf(trading, 'AWS::Lambda::EventInvokeConfig'))
      .filter(([, config]) => JSON.stringify(config).includes(`"${id}"`))
      .map(([name]) => name);
    expect(schedule?.DependsOn).toEqual(expect.arrayContaining([rule, retries]));
  });

  it('runs longer than a session, so that a session can end by itself', () => {
    const { resource } = functionOf(trading, 'requote', 'purple-flea/BTC-PERP');
    expect(resource.Properties).toMatchObject({
      Timeout: 900,
      Environment: { Variables: { SESSION_MS: '840000' } },
    });
  });
});
