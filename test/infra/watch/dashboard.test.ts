import { globSync, readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { CALLED_FOR } from '#shared/schema/metric-name.ts';
import { aStage, resourcesOf, synthesize } from '../synthesize.ts';

const { trading } = synthesize();
const aside = synthesize(
  aStage({ venues: { 'purple-flea': { fundingIntervalHours: 8 } } }),
).trading;

const LEVELS = [
  'Unattended',
  'NotSeen',
  'OrdersUnowned',
  'TablesUnread',
  'Halted',
  'ParametersRefused',
  'HedgesOverdue',
];

describe('the dashboard', () => {
  const bodyOf = (template: Template): string =>
    Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'))
      .map(({ Properties }) => JSON.stringify(Properties['DashboardBody']))
      .join('');

  it('shows the figures of every market', () => {
    for (const metric of [
      'Inventory',
      'NetPnl',
      'Residual',
      'Heartbeat',
      'FillCount',
      'QuotesPlaced',
    ])
      for (const market of ['purple-flea/BTC-PERP', 'purple-flea/ETH-PERP'])
        expect(bodyOf(trading)).toContain(
          JSON.stringify(
            `["Quotemill","${metric}","market","${market}","service","paper-requote"`,
          ).slice(1, -1),
        );
  });

  it('shows errors, throttles and duration of every function and the depth of every dead-letter queue', () => {
    for (const id of Object.keys(resourcesOf(trading, 'AWS::Lambda::Function')))
      expect(bodyOf(trading).split(`{"Ref":"${id}"}`)).toHaveLength(4);
    for (const id of Object.keys(resourcesOf(trading, 'AWS::SQS::Queue')))
      expect(bodyOf(trading)).toContain(`{"Fn::GetAtt":["${id}","QueueName"]}`);
  });

  it('shows the levels of the watchdog, and what it tells, under its service (F5)', () => {
    for (const level of ['WatchdogRan', ...LEVELS])
      expect(bodyOf(trading)).toContain(
        JSON.stringify(`["Quotemill","${level}","market","all","service","paper-watchdog"`).slice(
          1,
          -1,
        ),
      );
  });

  it('shows what the tables refuse', () => {
    for (const name of ['ReadThrottleEvents', 'WriteThrottleEvents'])
      expect(bodyOf(trading).split(`\\"${name}\\"`)).toHaveLength(4);
  });

  it('shows every figure that a cycle or a step puts', () => {
    const put = globSync('shared/{cycles,market}/**/*.ts').map((file) =>
      readFileSync(file, 'utf8'),
    );
    const names = new Set(put.join().match(/(?<=(metrics\.add|[^\w]count)\(\s*')[A-Za-z]+(?=')/g));
    expect(names.size).toBeGreaterThan(10);
    for (const name of [...names, ...Object.values(CALLED_FOR).flatMap(Object.keys)])
      expect(bodyOf(trading)).toMatch(new RegExp(`(\\W)${name}\\W`));
  });

  it('has a name of its own in each stage and region, since names are global in an account', () => {
    const [page] = Object.values(resourcesOf(trading, 'AWS::CloudWatch::Dashboard'));
    expect(page?.Properties['DashboardName']).toEqual({
      'Fn::Join': ['', ['quotemill-paper-', { Ref: 'AWS::Region' }]],
    });
  });

  it('says which markets stand aside', () => {
    expect(bodyOf(aside)).toContain('Standing aside: purple-flea/BTC-PERP, purple-flea/ETH-PERP.');
    expect(bodyOf(trading)).not.toContain('Standing aside');
  });
});
