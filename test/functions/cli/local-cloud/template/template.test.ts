import { describe, expect, it } from 'vitest';
import { parseStage } from '#shared/schema/deployment.ts';
import { readDeployment } from '../../../../../functions/cli/local-cloud/template/deployment.ts';
import { matchesPattern } from '../../../../../functions/cli/local-cloud/template/event-pattern.ts';
import { nextFiring } from '../../../../../functions/cli/local-cloud/template/schedule-times.ts';
import { synthesizeDeployment } from '../../../../../functions/cli/local-cloud/template/synthesize.ts';
import { resolveTemplates } from '../../../../../functions/cli/local-cloud/template/template.ts';
import { epochMs } from '#shared/domain/units.ts';
import { START } from '#test/builders/market.ts';

describe('resolving templates', () => {
  it('replaces references, attributes, joins, substitutions and what another stack exports', () => {
    const state = {
      stack: 's',
      template: {
        Resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable' } },
        Outputs: { Name: { Value: { Ref: 'Table' }, Export: { Name: 'x' } } },
      },
    };
    const trading = {
      stack: 't',
      template: {
        Resources: {
          Queue: { Type: 'AWS::SQS::Queue' },
          Lambda: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              table: { 'Fn::ImportValue': 'x' },
              arn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
              joined: { 'Fn::Join': ['/', ['a', { Ref: 'AWS::Region' }]] },
              subbed: { 'Fn::Sub': 'queue ${Queue} in ${AWS::AccountId}' },
            },
          },
        },
      },
    };
    expect(resolveTemplates([state, trading]).at(-1)?.properties).toEqual({
      table: 's-Table',
      arn: 'arn:local:t-Queue',
      joined: 'a/us-east-1',
      subbed: 'queue t-Queue in 000000000000',
    });
  });

  it.each([
    [{ Ref: 'Nobody' }, /Ref to Nobody/],
    [{ 'Fn::Select': [0, []] }, /does not know the intrinsic Fn::Select/],
    [{ 'Fn::ImportValue': 'nothing' }, /nothing exports nothing/],
    [{ 'Fn::GetAtt': ['Q', 'Url'] }, /does not know the attribute Q.Url/],
  ])('refuses what it does not know: %j', (value, message) => {
    const template = { Resources: { Q: { Type: 'AWS::SQS::Queue', Properties: { value } } } };
    expect(() => resolveTemplates([{ stack: 's', template }])).toThrow(message);
  });

  it('leaves no resource out silently', () => {
    expect(() =>
      readDeployment(
        resolveTemplates([
          {
            stack: 's',
            template: { Resources: { Cache: { Type: 'AWS::ElastiCache::CacheCluster' } } },
          },
        ]),
      ),
    ).toThrow(/AWS::ElastiCache::CacheCluster/);
  });
});

describe('the synthesized deployment', () => {
  const deployment = synthesizeDeployment(
    parseStage({
      name: 'local',
      venues: { 'purple-flea': { baseUrl: 'http://127.0.0.1:9', fundingIntervalHours: 1 } },
      markets: [
        { symbol: 'BTC-PERP', venue: 'purple-flea' },
        { symbol: 'ETH-PERP', venue: 'purple-flea' },
      ],
    }),
  );

  it('has a function and a schedule per market, and one hedge, funding check and watchdog for the venue', () => {
    expect(deployment.functions.map(({ entry }) => entry).sort()).toEqual([
      'functions/funding-check/handler.ts',
      'functions/hedge/handler.ts',
      'functions/requote/handler.ts',
      'functions/requote/handler.ts',
      'functions/watchdog/handler.ts',
    ]);
    expect(deployment.schedules.map(({ expression }) => expression).sort()).toEqual([
      'cron(55 * * * ? *)',
      'rate(1 minute)',
      'rate(1 minute)',
      'rate(1 minute)',
    ]);
    expect(deployment.tables.map(({ keys }) => keys.map(({ name }) => name))).toEqual([
      ['market'],
      ['market', 'item'],
      ['marketDay', 'timeId'],
    ]);
  });

  it('leads a breach to the hedge function, and every schedule and rule to something that is there', () => {
    const arns = new Set(deployment.functions.map(({ arn }) => arn));
    const targets = [
      ...deployment.schedules.map(({ targetArn }) => targetArn),
      ...deployment.rules.flatMap(({ targets: list }) => list.map(({ arn }) => arn)),
    ];
    expect(targets.every((arn) => arns.has(arn))).toBe(true);
    const event = {
      source: 'quotemill',
      'detail-type': 'InventoryThresholdBreached',
      detail: { venue: 'purple-flea', market: 'BTC-PERP' },
    };
    const [rule] = deployment.rules;
    expect(matchesPattern(rule?.pattern, event)).toBe(true);
    expect(matchesPattern(rule?.pattern, { ...event, source: 'else' })).toBe(false);
    expect(matchesPattern(rule?.pattern, { ...event, detail: { venue: 'other' } })).toBe(false);
    const hedge = deployment.functions.find(({ entry }) => entry.includes('hedge'));
    expect(rule?.targets.map(({ arn }) => arn)).toEqual([hedge?.arn]);
    expect(hedge?.onFailure).toMatchObject({ attempts: 2, maxAgeMs: 300_000 });
    expect(rule?.bus).toBe(hedge?.environment['EVENT_BUS']);
  });
});

describe('event patterns', () => {
  it('that use other operators than exact values are refused', () => {
    expect(() =>
      matchesPattern({ detail: { size: [{ numeric: ['>', 1] }] } }, { detail: { size: 2 } }),
    ).toThrow(/only exact values/);
  });
});

describe('schedule times', () => {
  const at = (text: string): ReturnType<typeof epochMs> => epochMs(Date.parse(text));

  it('of a rate count from its creation', () => {
    const created = epochMs(START + 1500);
    expect(nextFiring('rate(1 minute)', created, created)).toBe(created + 60_000);
    expect(nextFiring('rate(5 minutes)', epochMs(created + 301_000), created)).toBe(
      created + 600_000,
    );
  });

  it('of a cron are in UTC, strictly after', () => {
    expect(nextFiring('cron(55 7,15,23 * * ? *)', at('2026-01-05T06:30:00Z'), START)).toBe(
      at('2026-01-05T07:55:00Z'),
    );
    expect(nextFiring('cron(55 7,15,23 * * ? *)', at('2026-01-05T07:55:00Z'), START)).toBe(
      at('2026-01-05T15:55:00Z'),
    );
    expect(nextFiring('cron(55 * * * ? *)', at('2026-01-05T23:56:00Z'), START)).toBe(
      at('2026-01-06T00:55:00Z'),
    );
  });

  it.each(['rate(0.5 minutes)', 'cron(1 2 3)', 'cron(0 0 ? * MON *)', 'at(2026-01-01T00:00:00)'])(
    'refuse %s',
    (expression) => {
      expect(() => nextFiring(expression, START, START)).toThrow(/schedule/);
    },
  );
});
