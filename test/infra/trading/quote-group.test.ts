import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { parseEnvironment, requoteEnvironment } from '#shared/schema/environment.ts';
import { parseFundingCheckEvent, parseRequoteEvent } from '#shared/schema/events.ts';
import {
  aStage,
  filledIn,
  functionOf,
  mentioning,
  resourcesOf,
  synthesize,
  variablesOf,
} from '../synthesize.ts';

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
      markets.length + 3,
    );
    expect(Object.values(resourcesOf(trading, 'AWS::Scheduler::Schedule'))).toHaveLength(
      markets.length + 2,
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

describe('a group of three markets', () => {
  const symbols = ['BTC-PERP', 'ETH-PERP', 'SOL-PERP', 'WLFI-PERP'];
  const all = symbols.map((symbol) => `purple-flea/${symbol}`);
  const three = all.slice(0, 3);
  const shared = synthesize(
    aStage({
      markets: symbols.map((symbol) => ({ symbol, venue: 'purple-flea' })),
      groups: [
        { name: 'majors', markets: three },
        { name: 'rest', markets: all.slice(3) },
      ],
    }),
  ).trading;

  /** What the one schedule of a function hands it. */
  const inputFor = (functionId: string): unknown => {
    const [schedule, ...more] = mentioning(shared, 'AWS::Scheduler::Schedule', functionId);
    const target = schedule?.Properties['Target'] as { Input: string } | undefined;
    expect(more).toEqual([]);
    return JSON.parse(target?.Input ?? '');
  };

  it('has one function, which is told all three and watches them and the other one (C8)', () => {
    const { resource } = functionOf(shared, 'requote', 'majors');
    expect(parseEnvironment(requoteEnvironment, filledIn(resource))).toMatchObject({
      GROUP: 'majors',
      MARKETS: three,
      PEER_MARKETS: all,
    });
    expect(Object.values(resourcesOf(shared, 'AWS::Lambda::Function'))).toHaveLength(2 + 3);
  });

  it('is started by one schedule with what its function may trade', () => {
    const { id } = functionOf(shared, 'requote', 'majors');
    const input = inputFor(id);
    const mayTrade = { group: 'majors', markets: three as MarketId[] };
    expect(parseRequoteEvent(input, mayTrade)).toEqual(mayTrade);
  });

  it('watches its own markets first, and no more than tell a joint move (C8)', () => {
    const coins = Array.from({ length: 24 }, (_, index) => `C${index}-PERP`);
    const ids = coins.map((symbol) => `purple-flea/${symbol}`);
    const { trading: large } = synthesize(
      aStage({
        markets: coins.map((symbol) => ({ symbol, venue: 'purple-flea' })),
        groups: [
          { name: 'many', markets: ids.slice(0, 20) },
          { name: 'few', markets: ids.slice(20) },
        ],
      }),
    );
    const peersOf = (group: string) =>
      parseEnvironment(requoteEnvironment, filledIn(functionOf(large, 'requote', group).resource))
        .PEER_MARKETS;
    expect(peersOf('many')).toEqual(ids.slice(0, 10));
    expect(peersOf('few')).toEqual([...ids.slice(20), ...ids.slice(0, 6)]);
  });

  it('is hedged and checked for funding like markets alone', () => {
    const { id } = functionOf(shared, 'funding-check');
    expect(parseFundingCheckEvent(inputFor(id)).markets).toEqual(all);
  });

  it('has more of a processor when it is large', () => {
    const memoryOf = (count: number): unknown => {
      const coins = Array.from({ length: count }, (_, index) => `C${index}-PERP`);
      const { trading: large } = synthesize(
        aStage({
          markets: coins.map((symbol) => ({ symbol, venue: 'purple-flea' })),
          groups: [{ name: 'all', markets: coins.map((symbol) => `purple-flea/${symbol}`) }],
        }),
      );
      return functionOf(large, 'requote').resource.Properties['MemorySize'];
    };
    expect([10, 11].map(memoryOf)).toEqual([256, 512]);
  });
});
