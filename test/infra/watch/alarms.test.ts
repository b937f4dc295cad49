import { globSync, readFileSync } from 'node:fs';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { addStacks } from '#infra/add-stacks.ts';
import { parseStage } from '#shared/schema/deployment.ts';
import {
  appWithoutBundles,
  aStage,
  type Resource,
  resourcesOf,
  synthesize,
  variablesOf,
} from '../synthesize.ts';

const { trading } = synthesize();
const aside = synthesize(
  aStage({ venues: { 'purple-flea': { fundingIntervalHours: 8 } } }),
).trading;

const alarmsOn = (template: Template, metric: string): Resource[] =>
  Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).filter(
    ({ Properties }) => Properties['MetricName'] === metric,
  );

const mathAlarms = (template: Template): Resource[] =>
  Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).filter(
    ({ Properties }) => Properties['Metrics'] !== undefined,
  );
const expressions = (template: Template): string[] =>
  mathAlarms(template).map(({ Properties }) => JSON.stringify(Properties['Metrics']));

const marketsOf = (alarms: readonly Resource[]): unknown[] =>
  alarms.map(
    ({ Properties }) =>
      (Properties['Dimensions'] as { Name: string; Value: unknown }[]).find(
        ({ Name }) => Name === 'market',
      )?.Value,
  );

describe('the alarms', () => {
  it('tell of a market without a live session within minutes, also when nothing reports at all', () => {
    const heartbeats = alarmsOn(trading, 'Heartbeat');
    expect(marketsOf(heartbeats)).toEqual(['purple-flea/BTC-PERP', 'purple-flea/ETH-PERP']);
    for (const { Properties } of heartbeats)
      expect(Properties).toMatchObject({
        Namespace: 'Quotemill',
        Statistic: 'Sum',
        Period: 60,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        DatapointsToAlarm: 3,
        EvaluationPeriods: 5,
        TreatMissingData: 'breaching',
      });
  });

  it('look at the metrics under the service name that the function writes them with', () => {
    const services = new Set(
      Object.values(resourcesOf(trading, 'AWS::Lambda::Function')).map(
        (resource) => variablesOf(resource)['POWERTOOLS_SERVICE_NAME'],
      ),
    );
    for (const metric of ['Heartbeat', 'ParametersRefused', 'ResidualAbs', 'Halted'])
      for (const { Properties } of alarmsOn(trading, metric)) {
        const dimensions = Properties['Dimensions'] as { Name: string; Value: string }[];
        expect(dimensions.map(({ Name }) => Name)).toEqual(['market', 'service']);
        expect(services).toContain(dimensions[1]?.Value);
      }
  });

  it('tell of refused parameters for as long as they are, and of books that disagree by more than a cent (E1)', () => {
    expect(marketsOf(alarmsOn(trading, 'ParametersRefused'))).toEqual([
      'purple-flea/BTC-PERP',
      'purple-flea/ETH-PERP',
    ]);
    for (const { Properties } of alarmsOn(trading, 'ParametersRefused'))
      expect(Properties).toMatchObject({
        Statistic: 'Maximum',
        Threshold: 1,
        TreatMissingData: 'ignore',
        DatapointsToAlarm: 1,
        EvaluationPeriods: 3,
      });
    expect(marketsOf(alarmsOn(trading, 'ResidualAbs'))).toEqual([
      'purple-flea/BTC-PERP',
      'purple-flea/ETH-PERP',
    ]);
    for (const { Properties } of alarmsOn(trading, 'ResidualAbs'))
      expect(Properties).toMatchObject({
        Statistic: 'Maximum',
        Threshold: 0.01,
        ComparisonOperator: 'GreaterThanThreshold',
      });
  });

  it('tell of a market that a loss limit halted, for as long as it is (C4, C5)', () => {
    expect(marketsOf(alarmsOn(trading, 'Halted'))).toEqual([
      'purple-flea/BTC-PERP',
      'purple-flea/ETH-PERP',
    ]);
    for (const { Properties } of alarmsOn(trading, 'Halted'))
      expect(Properties).toMatchObject({
        Statistic: 'Maximum',
        Threshold: 1,
        TreatMissingData: 'ignore',
        DatapointsToAlarm: 1,
        EvaluationPeriods: 3,
      });
  });

  it('watch the errors of every function and the depth of every dead-letter queue', () => {
    const watched = (metric: string): string[] =>
      alarmsOn(trading, metric).map((alarm) => JSON.stringify(alarm.Properties['Dimensions']));
    for (const id of Object.keys(resourcesOf(trading, 'AWS::Lambda::Function')))
      expect(watched('Errors').filter((dimensions) => dimensions.includes(`"${id}"`))).toHaveLength(
        1,
      );
    for (const id of Object.keys(resourcesOf(trading, 'AWS::SQS::Queue')))
      expect(
        watched('ApproximateNumberOfMessagesVisible').filter((dimensions) =>
          dimensions.includes(`"${id}"`),
        ),
      ).toHaveLength(1);
    for (const { Properties } of [
      ...alarmsOn(trading, 'Errors'),
      ...alarmsOn(trading, 'ApproximateNumberOfMessagesVisible'),
    ])
      expect(Properties).toMatchObject({
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      });
  });

  it('tell of an error of a session that began a timeout ago, behind the zeros of later starts (E9)', () => {
    for (const { Properties } of alarmsOn(trading, 'Errors'))
      expect(Properties).toMatchObject({
        Period: 60,
        EvaluationPeriods: 16,
        DatapointsToAlarm: 1,
        TreatMissingData: 'notBreaching',
      });
  });

  it('tell of invocations that never ran, of each function', () => {
    for (const id of Object.keys(resourcesOf(trading, 'AWS::Lambda::Function'))) {
      const [alarm, ...more] = expressions(trading).filter(
        (text) =>
          text.includes('SUM([throttled, dropped, undelivered])') && text.includes(`"${id}"`),
      );
      expect(more).toEqual([]);
      for (const metric of ['Throttles', 'AsyncEventsDropped', 'DestinationDeliveryFailures'])
        expect(alarm).toContain(`"MetricName":"${metric}"`);
    }
  });

  it.each([
    ['SessionFailed', 1, 1],
    ['OrdersLeftBehind', 1, 1],
    ['OddOrder', 1, 1],
    ['PositionMismatch', 1, 1],
    ['HedgeGaveUp', 1, 1],
    ['EventNotPut', 1, 1],
    ['FundingCheckFailed', 1, 1],
    ['FactsPending', 1, 1],
    ['ControlUnread', 1, 1],
    ['CannotPlace', 3, 10],
    ['ResidualUnknown', 10, 15],
    ['OutcomeUnknown', 3, 10],
    ['LookFailed', 5, 10],
  ])(
    'tell of %s in %i of %i minutes, whichever function of the stage puts it (E9)',
    (name, m, n) => {
      const [alarm] = mathAlarms(trading).filter(({ Properties }) =>
        JSON.stringify(Properties['Metrics']).includes(`SUM(${name})`),
      );
      expect(alarm?.Properties).toMatchObject({
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        DatapointsToAlarm: m,
        EvaluationPeriods: n,
        TreatMissingData: 'notBreaching',
        Metrics: [
          {
            Expression:
              `SELECT SUM(${name}) FROM SCHEMA("Quotemill", market, service) ` +
              "WHERE service = 'paper-requote' OR service = 'paper-hedge' OR service = 'paper-funding-check' " +
              'GROUP BY market ORDER BY SUM() DESC',
            Period: 60,
          },
        ],
      });
    },
  );

  it('are plain ones for an emulator, which can create no other', () => {
    const { trading: emulated } = addStacks(appWithoutBundles(), parseStage(aStage()), {
      emulator: true,
    });
    expect(mathAlarms(Template.fromStack(emulated))).toEqual([]);
    expect(alarmsOn(Template.fromStack(emulated), 'Heartbeat')).toHaveLength(2);
    expect(resourcesOf(trading, 'AWS::CloudWatch::CompositeAlarm')).toEqual({});
  });

  it('say OK only where somebody waits for it, so that a deployment mails no OK for each alarm', () => {
    const [topic] = Object.keys(resourcesOf(trading, 'AWS::SNS::Topic'));
    const withOk = Object.values(resourcesOf(trading, 'AWS::CloudWatch::Alarm')).filter(
      ({ Properties }) => Properties['OKActions'] !== undefined,
    );
    expect(withOk.map(({ Properties }) => Properties['MetricName'])).toEqual([
      'Heartbeat',
      'Heartbeat',
    ]);
    for (const { Properties } of withOk) expect(Properties['OKActions']).toEqual([{ Ref: topic }]);
  });

  it('are four a market and two a function, however many kinds of incidents there are', () => {
    const count = (symbols: readonly string[]): number =>
      Object.keys(
        resourcesOf(
          synthesize(
            aStage({ markets: symbols.map((symbol) => ({ symbol, venue: 'purple-flea' })) }),
          ).trading,
          'AWS::CloudWatch::Alarm',
        ),
      ).length;
    expect(count(['A-PERP', 'B-PERP']) - count(['A-PERP'])).toBe(4 + 2);
  });

  it('all go to the topic, which lets the alarms of this account publish and only over TLS', () => {
    const [topic] = Object.keys(resourcesOf(trading, 'AWS::SNS::Topic'));
    for (const { Properties } of Object.values(resourcesOf(trading, 'AWS::CloudWatch::Alarm')))
      expect(Properties).toMatchObject({
        AlarmActions: [{ Ref: topic }],
      });
    trading.hasResourceProperties('AWS::SNS::TopicPolicy', {
      Topics: [{ Ref: topic }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Principal: '*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: Match.objectLike({
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            }),
          }),
        ]),
      },
    });
  });

  it('reach a person if the stage names one', () => {
    expect(resourcesOf(trading, 'AWS::SNS::Subscription')).toEqual({});
    const [subscription] = Object.values(
      resourcesOf(
        synthesize(aStage({ alarmEmail: 'ops@example.com' })).trading,
        'AWS::SNS::Subscription',
      ),
    );
    expect(subscription?.Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
  });

  it('say so when a venue has no base URL, since OK would then mean nothing and no heartbeat would be right', () => {
    const descriptions = (template: Template): unknown[] =>
      Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(
        ({ Properties }) => Properties['AlarmDescription'],
      );
    for (const description of descriptions(aside))
      expect(description).toContain('THE VENUE HAS NO BASE URL');
    for (const description of descriptions(trading)) expect(description).not.toContain('BASE URL');
  });
});

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

  it('shows errors and duration of every function and the depth of every dead-letter queue', () => {
    for (const id of Object.keys(resourcesOf(trading, 'AWS::Lambda::Function')))
      expect(bodyOf(trading).split(`{"Ref":"${id}"}`)).toHaveLength(3);
    for (const id of Object.keys(resourcesOf(trading, 'AWS::SQS::Queue')))
      expect(bodyOf(trading)).toContain(`{"Fn::GetAtt":["${id}","QueueName"]}`);
  });

  it('shows everything else that functions put, of the whole stage', () => {
    const figures = [
      'ResidualAbs',
      'ParametersRefused',
      'Halted',
      'LookFailed',
      'PriceDoubted',
      'OddOrder',
      'OutcomeUnknown',
      'CommandRejected',
      'BeyondCap',
      'PositionMismatch',
      'HedgeRequested',
      'HedgeCompleted',
      'HedgeGaveUp',
      'EventNotPut',
      'FundingChecked',
      'FundingCheckFailed',
      'OrdersLeftBehind',
      'SessionFailed',
    ];
    for (const figure of figures) expect(bodyOf(trading)).toMatch(new RegExp(`(\\W)${figure}\\W`));
  });

  it('shows every figure that a cycle or a step puts', () => {
    const put = globSync('shared/{cycles,market}/**/*.ts').map((file) =>
      readFileSync(file, 'utf8'),
    );
    const names = new Set(put.join().match(/(?<=(metrics\.add|[^\w]count)\(\s*')[A-Za-z]+(?=')/g));
    expect(names.size).toBeGreaterThan(10);
    for (const name of names) expect(bodyOf(trading)).toMatch(new RegExp(`(\\W)${name}\\W`));
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
