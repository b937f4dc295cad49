import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarmAction,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { marketMetric, type QuotedMarket } from './metrics.ts';
import type { Watched, WatchedFunction, WatchedQueue } from './watched.ts';

/** P&L parts that miss the change in equity by more than a cent are a bug in the books. */
const RESIDUAL_LIMIT_USD = 0.01;
const MINUTE = Duration.minutes(1);

export interface AlarmsProps extends Watched {
  readonly topic: ITopic;
}

/**
 * The first alarms: something failed, something was dropped, a market has no one, an edit was
 * refused, the books disagree.
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
      this.#alarm(`Heartbeat ${market.market}`, heartbeat(market));
      this.#alarm(`ParametersRefused ${market.market}`, parametersRefused(market));
      this.#alarm(`Residual ${market.market}`, residual(market));
      this.#alarm(`Halted ${market.market}`, halted(market));
    }
  }

  #alarm(id: string, props: AlarmProps): void {
    const alarm = new Alarm(this, id, props);
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
  }
}

const atLeastOne = {
  threshold: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
} as const;

const errors = ({ title, lambda, standsAside }: WatchedFunction): AlarmProps => ({
  ...atLeastOne,
  metric: lambda.metricErrors({ statistic: 'Sum', period: MINUTE }),
  alarmDescription: describe(
    `${title}: an invocation failed or ran into its timeout. Read its log group, then look at open orders and inventory.`,
    standsAside && 'OK means only that nothing ran into an error while standing aside.',
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
    `${market.market}: no live session in 3 of the last 5 minutes. Orders may rest at the venue without an owner.`,
    market.standsAside &&
      'If it never had one, being in alarm is right and nothing is broken: nobody quotes this market.',
  ),
});

const parametersRefused = (market: QuotedMarket): AlarmProps => ({
  ...atLeastOne,
  metric: marketMetric(market, 'ParametersRefused', 'Sum'),
  alarmDescription: describe(
    `${market.market}: an edit of the parameters was refused and the last good version stays in force. The log names attribute and range.`,
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
  ...atLeastOne,
  metric: marketMetric(market, 'Halted', 'Sum'),
  alarmDescription: describe(
    `${market.market}: a loss limit halted the market, and it stays so. The item HALT in the State table says why; deleting it lifts the halt.`,
    market.standsAside && 'OK means only that nobody quotes this market.',
  ),
});

const describe = (meaning: string, aside: string | false): string =>
  aside === false
    ? meaning
    : `${meaning} THE VENUE HAS NO BASE URL, so the functions stand aside. ${aside}`;
