import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarmAction,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, type IDependable } from 'constructs';
import { type Incident, incidents } from './incidents.ts';
import { heartbeat, type Level, levels } from './levels.ts';
import { byMarket, levelMetric } from './metrics.ts';
import {
  atLeastOne,
  errorsOf,
  eventsLostAt,
  type Figures,
  tablesThrottled,
} from './platform-alarms.ts';
import type { Watched, WatchedVenue } from './watched.ts';
import { describeAlarm, type Words } from './words.ts';

export interface AlarmsProps extends Watched {
  readonly topic: ITopic;
  readonly dashboardName: string;
  /** It knows no alarms on expressions. */
  readonly emulator: boolean;
  /** What must be there before silence means something. */
  readonly after: readonly IDependable[];
}

/**
 * What a person is called for: some fourteen alarms, whatever the number of markets. What is so of
 * a market is a level of the watchdog, which looks after all of them; only what it cannot see is
 * asked of others.
 */
export class Alarms extends Construct {
  readonly #action: IAlarmAction;
  readonly #props: AlarmsProps;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.#props = props;
    this.#action = new SnsAction(props.topic);
    this.#addLevel(heartbeat, this.#silence());
    for (const level of levels) this.#addLevel(level, this.#told(level));
    if (!props.emulator) this.#addExpressions();
  }

  #addLevel(level: Level, figures: Figures): void {
    const { metricName, meaning } = level;
    const alarm = this.#add(metricName, figures, { meaning, first: this.#watchdogSaid(level) });
    // Every other alarm would say OK for no reason when it is made.
    if (level.saysOk === true) alarm.addOkAction(this.#action);
    alarm.node.addDependency(...this.#props.after);
  }

  /** Each venue has a watchdog, and each of them must run. */
  #silence(): Figures {
    return {
      metric: levelMetric(this.#props.watchdogService, heartbeat.metricName, 'Sum'),
      threshold: this.#props.venues.length,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: heartbeat.of,
      datapointsToAlarm: heartbeat.runs,
      treatMissingData: TreatMissingData.BREACHING,
    };
  }

  #told({ metricName, runs, of }: Level): Figures {
    return {
      ...atLeastOne,
      metric: levelMetric(this.#props.watchdogService, metricName, 'Maximum'),
      evaluationPeriods: of,
      datapointsToAlarm: runs,
      // A level stays what it was while nobody tells it; that nobody does is an alarm of its own.
      treatMissingData: TreatMissingData.IGNORE,
    };
  }

  #addExpressions(): void {
    const { functions, venues, tables } = this.#props;
    for (const [index, figures] of errorsOf(functions).entries())
      this.#add(index === 0 ? 'Errors' : `Errors${index + 1}`, figures, ERRORS);
    for (const venue of venues)
      this.#add(`EventsLost ${venue.venue}`, eventsLostAt(venue), wordsOfLost(venue));
    this.#add('TablesThrottled', tablesThrottled(tables), {
      meaning:
        'DynamoDB refuses requests again and again: a table is asked more than it may be (maxReadRequestUnits, maxWriteRequestUnits in infra/state), or something asks far too much.',
      first: 'the dashboard, graph "Requests that tables refused a minute".',
    });
    for (const incident of incidents) this.#addIncident(incident);
  }

  #addIncident({ metricName, minutes, of, meaning }: Incident): void {
    const figures = {
      ...atLeastOne,
      metric: byMarket(metricName, this.#props.services),
      evaluationPeriods: of,
      datapointsToAlarm: minutes,
      // Nobody puts it while there is nothing to tell.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    };
    this.#add(metricName, figures, {
      meaning: `${meaning} The contributor is the market.`,
      first: `the dashboard: the graphs that are not 0 say which; then CloudWatch, Logs Insights, all log groups of quotemill: filter ${metricName} >= 1.`,
    });
  }

  /** What the log of each watchdog has of it. */
  #watchdogSaid({ metricName, said = `level ${metricName}` }: Level): string {
    const filter = said === '' ? '' : ` --filter-pattern '"${said}"'`;
    return this.#props.venues
      .map(({ watchdogLog }) => `aws logs tail ${watchdogLog.logGroupName} --since 1h${filter}`)
      .join('; ');
  }

  #add(id: string, figures: Figures, words: Words): Alarm {
    const { dashboardName, venues } = this.#props;
    const props: AlarmProps = {
      ...figures,
      alarmDescription: describeAlarm(words, {
        dashboardName,
        standsAside: venues.every((venue) => venue.standsAside),
      }),
    };
    const alarm = new Alarm(this, id, props);
    alarm.addAlarmAction(this.#action);
    return alarm;
  }
}

const ERRORS: Words = {
  meaning:
    'An invocation of the function named as contributor failed or ran into its timeout, up to 15 minutes ago. Look at open orders and inventory.',
  first:
    'aws logs tail $(aws lambda get-function-configuration --function-name CONTRIBUTOR --query LoggingConfig.LogGroup --output text) --since 1h',
};

const wordsOfLost = ({ deadLetters }: WatchedVenue): Words => ({
  meaning:
    'A breach, a funding check or a run of the watchdog was throttled, dropped or kept as a dead letter, and did nothing. Look at the inventory, and at the quota "Concurrent executions" of Lambda; it rings until the letters are deleted.',
  first: deadLetters
    .map(({ queue }) => `aws sqs receive-message --queue-url ${queue.queueUrl}`)
    .join('; '),
});
