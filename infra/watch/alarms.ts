import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarmAction,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Incident, incidents } from './incidents.ts';
import { insightsQuery, marketMetric, type QuotedMarket } from './metrics.ts';
import type { Watched, WatchedFunction, WatchedQueue } from './watched.ts';

/** P&L parts that miss the change in equity by more than a cent are a bug in the books. */
const RESIDUAL_LIMIT_USD = 0.01;
const MINUTE = Duration.minutes(1);

export interface AlarmsProps extends Watched {
  readonly topic: ITopic;
  /** The `service` of everything that puts figures for this stage. */
  readonly services: readonly string[];
  /** It knows no alarms on expressions. */
  readonly emulator: boolean;
}

/**
 * Something failed or was dropped, a market has no one or waits for a person, the books disagree.
 */
export class Alarms extends Construct {
  readonly #action: IAlarmAction;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#action = new SnsAction(props.topic);
    for (const watched of props.functions) this.#alarm(`Errors ${watched.title}`, errors(watched));
    for (const watched of props.deadLetters)
      this.#alarm(`DeadLetters ${watched.title}`, deadLetters(watched));
    for (const market of props.markets) {
      // Somebody who was called waits to hear that it trades again. Every other alarm would say OK
      // for no reason when it is made, for each market.
      this.#alarm(`Heartbeat ${market.market}`, heartbeat(market)).addOkAction(this.#action);
      this.#alarm(`ParametersRefused ${market.market}`, parametersRefused(market));
      this.#alarm(`Residual ${market.market}`, residual(market));
      this.#alarm(`Halted ${market.market}`, halted(market));
    }
    if (!props.emulator) this.#addExpressions(props);
  }

  #addExpressions({ functions, services, markets }: AlarmsProps): void {
    const aside = markets.every((market) => market.standsAside);
    for (const watched of functions) this.#alarm(`NotRun ${watched.title}`, notRun(watched));
    for (const incident of incidents)
      this.#alarm(incident.metricName, happened(incident, services, aside));
  }

  #alarm(id: string, props: AlarmProps): Alarm {
    const alarm = new Alarm(this, id, props);
    alarm.addAlarmAction(this.#action);
    return alarm;
  }
}

const atLeastOne = {
  threshold: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
} as const;

/**
 * An error is written into the minute in which the invocation began, up to a timeout of 15 minutes
 * back, behind the zeros of the starts since.
 */
const untilSeen = { evaluationPeriods: 16, datapointsToAlarm: 1 } as const;

const errors = ({ title, lambda, standsAside }: WatchedFunction): AlarmProps => ({
  ...atLeastOne,
  ...untilSeen,
  metric: lambda.metricErrors({ statistic: 'Sum', period: MINUTE }),
  alarmDescription: describe(
    `${title}: an invocation failed or ran into its timeout. Read its log group, then look at open orders and inventory.`,
    standsAside && 'OK means only that nothing ran into an error while standing aside.',
  ),
});

/** As an array, since a sum by plus has no value while one of them has none. */
const notRun = ({ title, lambda, standsAside }: WatchedFunction): AlarmProps => {
  const of = (name: string) => lambda.metric(name, { statistic: 'Sum', period: MINUTE });
  return {
    ...atLeastOne,
    evaluationPeriods: 5,
    datapointsToAlarm: 1,
    metric: new MathExpression({
      expression: 'SUM([throttled, dropped, undelivered])',
      usingMetrics: {
        throttled: of('Throttles'),
        dropped: of('AsyncEventsDropped'),
        undelivered: of('DestinationDeliveryFailures'),
      },
      period: MINUTE,
    }),
    alarmDescription: describe(
      `${title}: an invocation was throttled, or an event was dropped or could not be kept. Check the quota "Concurrent executions" of Lambda, then the inventory.`,
      standsAside && 'OK means only that nothing was dropped while standing aside.',
    ),
  };
};

const happened = (
  { metricName, minutes, of, meaning }: Incident,
  services: readonly string[],
  aside: boolean,
): AlarmProps => ({
  ...atLeastOne,
  evaluationPeriods: of,
  datapointsToAlarm: minutes,
  metric: new MathExpression({
    expression: insightsQuery(metricName, services),
    usingMetrics: {},
    period: MINUTE,
  }),
  alarmDescription: describe(
    `${metricName}, of the market named as contributor: ${meaning}`,
    aside && 'OK means only that nobody quotes.',
  ),
});

const deadLetters = ({ title, queue, standsAside }: WatchedQueue): AlarmProps => ({
  ...atLeastOne,
  metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: MINUTE }),
  alarmDescription: describe(
    `${title}: an event was given up after its retries and did nothing. Read it in the queue; look at inventory before you delete it.`,
    standsAside && 'OK means only that no event came.',
  ),
});

const heartbeat = (market: QuotedMarket): AlarmProps => ({
  metric: marketMetric(market, 'Heartbeat', 'Sum'),
  threshold: 1,
  comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: TreatMissingData.BREACHING,
  alarmDescription: describe(
    `${market.market}: nobody saw the market in 3 of the last 5 minutes. No session is alive, or the venue does not answer: look at open orders. It rings, rightly, while mode is off or the market is halted, too.`,
    market.standsAside &&
      'If it never had one, being in alarm is right and nothing is broken: nobody quotes this market.',
  ),
});

/** Said once a minute for as long as it is so; a minute may pass without a word. */
const level = {
  threshold: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 3,
  datapointsToAlarm: 1,
  treatMissingData: TreatMissingData.IGNORE,
} as const;

const parametersRefused = (market: QuotedMarket): AlarmProps => ({
  ...level,
  metric: marketMetric(market, 'ParametersRefused', 'Maximum'),
  alarmDescription: describe(
    `${market.market}: an edit of the parameters is refused until it is mended; the last good version stays in force. The log names attribute and range.`,
    market.standsAside && 'OK does not mean that the parameters are good: nobody reads them.',
  ),
});

const residual = (market: QuotedMarket): AlarmProps => ({
  ...atLeastOne,
  metric: marketMetric(market, 'ResidualAbs', 'Maximum'),
  threshold: RESIDUAL_LIMIT_USD,
  comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  alarmDescription: describe(
    `${market.market}: the parts of the P&L miss the change in equity by more than ${RESIDUAL_LIMIT_USD} USD. Do not trust its figures.`,
    market.standsAside && 'OK does not mean that the books agree: there are none.',
  ),
});

const halted = (market: QuotedMarket): AlarmProps => ({
  ...level,
  metric: marketMetric(market, 'Halted', 'Maximum'),
  alarmDescription: describe(
    `${market.market}: a loss limit halted the market, and it stays so. The item HALT in the State table says why; deleting it lifts the halt.`,
    market.standsAside && 'OK means only that nobody quotes this market.',
  ),
});

const describe = (meaning: string, aside: string | false): string =>
  aside === false
    ? meaning
    : `${meaning} THE VENUE HAS NO BASE URL, so the functions stand aside. ${aside}`;
