import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { addStacks } from '#infra/add-stacks.ts';
import { CALLED_FOR } from '#shared/schema/metric-name.ts';
import { parseStage, type StageInput } from '#shared/schema/deployment.ts';
import { ALL_MARKETS } from '#shared/schema/metric-name.ts';
import {
  appWithoutBundles,
  aStage,
  functionOf,
  type Resource,
  resourcesOf,
  synthesize,
} from '../synthesize.ts';

const { trading } = synthesize();

const alarmsIn = (template: Template): readonly Resource[] =>
  Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm'));

const alarmsOn = (template: Template, metric: string): readonly Resource[] =>
  alarmsIn(template).filter(({ Properties }) => Properties['MetricName'] === metric);

const mathAlarms = (template: Template): readonly Resource[] =>
  alarmsIn(template).filter(({ Properties }) => Properties['Metrics'] !== undefined);

/** The alarms on an expression that has this in it. */
const alarmsAsking = (template: Template, text: string): readonly Resource[] =>
  mathAlarms(template).filter(({ Properties }) =>
    JSON.stringify(Properties['Metrics']).includes(text),
  );

const idsOf = (type: string): readonly string[] => Object.keys(resourcesOf(trading, type));

const stageOf = (count: number, groups?: number): StageInput => {
  const symbols = Array.from({ length: count }, (_, index) => `COIN${index}-PERP`);
  const inGroups = Array.from({ length: groups ?? 0 }, (_, part) => ({
    name: `part-${part}`,
    markets: symbols
      .filter((_symbol, index) => index % (groups ?? 1) === part)
      .map((symbol) => `purple-flea/${symbol}`),
  }));
  return aStage({
    markets: symbols.map((symbol) => ({ symbol, venue: 'purple-flea' })),
    ...(groups === undefined ? {} : { groups: inGroups }),
  });
};

describe('the alarms on levels of the watchdog (F5)', () => {
  it('tell within minutes that it does not run, also when nothing reports at all', () => {
    expect(alarmsOn(trading, 'WatchdogRan').map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        Statistic: 'Sum',
        Period: 60,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        DatapointsToAlarm: 2,
        EvaluationPeriods: 3,
        TreatMissingData: 'breaching',
      }),
    ]);
  });

  it.each([
    ['Unattended', 2, 3],
    ['NotSeen', 2, 3],
    ['OrdersUnowned', 1, 1],
    ['TablesUnread', 1, 1],
    ['Halted', 1, 1],
    ['ParametersRefused', 1, 1],
    ['HedgesOverdue', 1, 1],
  ])(
    'tell of %s in %i of %i runs, once for all markets, and stay as they are while nobody tells',
    (level, runs, of) => {
      expect(alarmsOn(trading, level).map(({ Properties }) => Properties)).toEqual([
        expect.objectContaining({
          Statistic: 'Maximum',
          Period: 60,
          Threshold: 1,
          ComparisonOperator: 'GreaterThanOrEqualToThreshold',
          DatapointsToAlarm: runs,
          EvaluationPeriods: of,
          TreatMissingData: 'ignore',
        }),
      ]);
    },
  );

  it('look under the service and the market that the watchdog tells them with', () => {
    const plain = alarmsIn(trading).filter(({ Properties }) => 'MetricName' in Properties);
    expect(plain).toHaveLength(8);
    const { Environment } = functionOf(trading, 'watchdog').resource.Properties as {
      Environment: { Variables: Record<string, string> };
    };
    for (const { Properties } of plain)
      expect(Properties).toMatchObject({
        Namespace: 'Quotemill',
        Dimensions: [
          { Name: 'market', Value: ALL_MARKETS },
          { Name: 'service', Value: Environment.Variables['POWERTOOLS_SERVICE_NAME'] },
        ],
      });
  });

  it('are made when the watchdog has its schedule, so that its silence is one', () => {
    const { id } = functionOf(trading, 'watchdog');
    const [schedule] = Object.entries(resourcesOf(trading, 'AWS::Scheduler::Schedule'))
      .filter(([, resource]) => JSON.stringify(resource).includes(`"${id}"`))
      .map(([name]) => name);
    for (const { DependsOn } of alarmsOn(trading, 'WatchdogRan'))
      expect(DependsOn).toEqual(expect.arrayContaining([schedule]));
  });
});

describe('the alarms on what the platform counts', () => {
  it('name the function of an error, that of a session that began a timeout ago behind the zeros of later starts (E9)', () => {
    const [alarm, ...more] = alarmsAsking(trading, 'SELECT SUM(Errors)');
    expect(more).toEqual([]);
    expect(alarm?.Properties).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 16,
      DatapointsToAlarm: 1,
      TreatMissingData: 'notBreaching',
    });
    const text = JSON.stringify(alarm?.Properties['Metrics']);
    expect(text).toContain('FROM SCHEMA(\\"AWS/Lambda\\", FunctionName)');
    for (const id of idsOf('AWS::Lambda::Function')) expect(text).toContain(`{"Ref":"${id}"}`);
  });

  it('ask no more of one query than fits into it, whatever functions are called', () => {
    const alarms = alarmsAsking(synthesize(stageOf(40)).trading, 'SELECT SUM(Errors)');
    expect(alarms).toHaveLength(3);
    for (const { Properties } of alarms) {
      const [{ Expression }] = Properties['Metrics'] as [
        { Expression: { 'Fn::Join': [string, unknown[]] } },
      ];
      const parts = Expression['Fn::Join'][1].map((part) =>
        typeof part === 'string' ? part : 'x'.repeat(64),
      );
      expect(parts.join('').length).toBeLessThanOrEqual(2048);
    }
  });

  it('tell of events that came to nothing, by at most ten figures', () => {
    const [alarm, ...more] = alarmsAsking(trading, 'AsyncEventsDropped');
    expect(more).toEqual([]);
    expect(alarm?.Properties).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 1,
      TreatMissingData: 'notBreaching',
    });
    const figures = figuresOf(alarm);
    expect(figures).toHaveLength(9);
    const text = JSON.stringify(figures);
    expect(text.split('"Throttles"')).toHaveLength(1 + 3);
    for (const folder of ['hedge', 'funding-check', 'watchdog'])
      expect(text).toContain(`"${functionOf(trading, folder).id}"`);
    for (const name of ['AsyncEventsDropped', 'DestinationDeliveryFailures'])
      expect(text.split(`"${name}"`)).toHaveLength(1 + 2);
    for (const id of idsOf('AWS::SQS::Queue')) expect(text).toContain(`"${id}"`);
  });

  it('tell of tables that refuse, and end: where nothing is refused, what was read makes a zero', () => {
    const [alarm, ...more] = alarmsAsking(trading, 'ReadThrottleEvents');
    expect(more).toEqual([]);
    expect(alarm?.Properties).toMatchObject({
      Threshold: 1,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 2,
      TreatMissingData: 'ignore',
    });
    expect(figuresOf(alarm)).toHaveLength(9);
    const text = JSON.stringify(alarm?.Properties['Metrics']);
    for (const name of ['ReadThrottleEvents', 'WriteThrottleEvents', 'ConsumedReadCapacityUnits'])
      expect(text.split(`"${name}"`)).toHaveLength(1 + 3);
    expect(text).toContain('"Expression":"reads * 0"');
  });
});

function figuresOf(alarm: Resource | undefined): readonly unknown[] {
  const queries = (alarm?.Properties['Metrics'] ?? []) as { MetricStat?: unknown }[];
  return queries.filter(({ MetricStat: figure }) => figure !== undefined);
}

describe('the alarms on incidents', () => {
  it.each([
    ['Incident', 1, 1],
    ['PlacingTrouble', 3, 10],
    ['ResidualUnknown', 10, 15],
  ])(
    'tell of %s in %i of %i minutes, whichever function of the stage puts it (E9)',
    (name, m, n) => {
      const [alarm] = alarmsAsking(trading, `SUM(${name})`);
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
              "WHERE service = 'paper-requote' OR service = 'paper-hedge' OR service = 'paper-funding-check' OR service = 'paper-watchdog' " +
              'GROUP BY market ORDER BY SUM() DESC',
            Period: 60,
          },
        ],
      });
    },
  );

  it('name every kind that they ring for', () => {
    for (const [call, kinds] of Object.entries(CALLED_FOR)) {
      const [alarm] = alarmsAsking(trading, `SUM(${call})`);
      expect(JSON.stringify(alarm?.Properties['AlarmDescription'])).toContain(
        Object.keys(kinds).join(', '),
      );
    }
  });
});

describe('all alarms', () => {
  const inWords = ({ Properties }: Resource): string =>
    JSON.stringify(Properties['AlarmDescription']);

  it('are fourteen however many markets there are, and one more for every twenty functions beyond twenty', () => {
    const count = (...stage: Parameters<typeof stageOf>): number =>
      alarmsIn(synthesize(stageOf(...stage)).trading).length;
    expect([count(1), count(2), count(17), count(40, 2)]).toEqual([14, 14, 14, 14]);
    expect([count(18), count(40)]).toEqual([15, 16]);
  });

  it('say what is so, the first thing to do and where to read on, in what CloudWatch takes', () => {
    for (const alarm of alarmsIn(trading)) {
      expect(inWords(alarm)).toMatch(/\\nFirst: (aws [a-z]+ [a-z-]+ |the dashboard)/);
      expect(inWords(alarm)).toContain('\\nThen: dashboard quotemill-paper-');
      expect(inWords(alarm)).toContain('README.md, \\"When an alarm rings\\".');
      expect(textOf(alarm.Properties['AlarmDescription']).length).toBeLessThanOrEqual(1024);
    }
  });

  it('say so when a venue has no base URL, since OK would then mean nothing', () => {
    const aside = synthesize(aStage({ venues: { 'purple-flea': { fundingIntervalHours: 8 } } }));
    for (const alarm of alarmsIn(aside.trading))
      expect(inWords(alarm)).toContain('THE VENUE HAS NO BASE URL');
    for (const alarm of alarmsIn(trading)) expect(inWords(alarm)).not.toContain('BASE URL');
  });

  it('are plain ones for an emulator, which can create no other', () => {
    const { trading: emulated } = addStacks(appWithoutBundles(), parseStage(aStage()), {
      emulator: true,
    });
    expect(mathAlarms(Template.fromStack(emulated))).toEqual([]);
    expect(alarmsIn(Template.fromStack(emulated))).toHaveLength(8);
    expect(resourcesOf(trading, 'AWS::CloudWatch::CompositeAlarm')).toEqual({});
  });

  it('say OK only where somebody waits for it, so that a deployment mails no OK for each alarm', () => {
    const [topic] = idsOf('AWS::SNS::Topic');
    const withOk = alarmsIn(trading).filter(
      ({ Properties }) => Properties['OKActions'] !== undefined,
    );
    expect(withOk.map(({ Properties }) => Properties['MetricName'])).toEqual([
      'WatchdogRan',
      'Unattended',
      'NotSeen',
    ]);
    for (const { Properties } of withOk) expect(Properties['OKActions']).toEqual([{ Ref: topic }]);
  });

  it('all go to the topic, which lets the alarms of this account publish and only over TLS', () => {
    const [topic] = idsOf('AWS::SNS::Topic');
    for (const { Properties } of alarmsIn(trading))
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
});

/** With names as long as CloudFormation makes them, a URL apart. */
const textOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'][1]
        .map((part) => (typeof part === 'string' ? part : 'x'.repeat(100)))
        .join('');
