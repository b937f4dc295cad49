import { type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { byFunction, MINUTE } from './metrics.ts';
import { sumOf } from './sum-of.ts';
import { throttlesOf } from './table-throttles.ts';
import type { WatchedFunction, WatchedVenue } from './watched.ts';

/** A query has room for 2048 letters, and a name for 64. */
const MOST_IN_A_QUERY = 20;

/** An alarm, but for its words. */
export type Figures = Omit<AlarmProps, 'alarmDescription'>;

export const atLeastOne = {
  threshold: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
} as const;

/**
 * Errors of functions, as a query that names the one it was as contributor. By name, since Metrics
 * Insights knows no prefixes and other functions of the account are none of ours; more functions
 * than fit into one query have several. A sum by metric math would take ten and name none.
 * @returns one alarm for every 20 functions.
 */
export const errorsOf = (functions: readonly WatchedFunction[]): readonly Figures[] =>
  chunksOf(
    functions.map(({ lambda }) => lambda.functionName),
    MOST_IN_A_QUERY,
  ).map((names) => ({
    ...atLeastOne,
    // An error is written into the minute in which the invocation began, up to a timeout of 15
    // minutes back, behind the zeros of the starts since.
    evaluationPeriods: 16,
    datapointsToAlarm: 1,
    // Lambda counts nothing where nothing runs.
    treatMissingData: TreatMissingData.NOT_BREACHING,
    metric: byFunction('Errors', names),
  }));

/**
 * Events of a venue that came to nothing. Of requote functions nothing is counted: the next start
 * is a minute away, and if none comes, the watchdog tells of it. A letter is seen in its queue up
 * to 15 minutes late; the event that was dropped is counted at once.
 */
export function eventsLostAt(venue: WatchedVenue): Figures {
  const { hedge, fundingCheck, watchdog, deadLetters } = venue;
  const kept = [hedge, fundingCheck];
  const figures = [
    ...[...kept, watchdog].map((lambda) => countOf(lambda, 'Throttles')),
    ...kept.map((lambda) => countOf(lambda, 'AsyncEventsDropped')),
    ...kept.map((lambda) => countOf(lambda, 'DestinationDeliveryFailures')),
    ...deadLetters.map(({ queue }) =>
      queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: MINUTE }),
    ),
  ];
  return {
    ...atLeastOne,
    // Lambda may count some minutes late.
    evaluationPeriods: 5,
    datapointsToAlarm: 1,
    // A queue with a letter in it always reports; one that sleeps is empty.
    treatMissingData: TreatMissingData.NOT_BREACHING,
    metric: sumOf('lost', figures),
  };
}

export const tablesThrottled = (tables: readonly TableV2[]): Figures => ({
  ...atLeastOne,
  // All markets of a stage may begin at once; what that refuses is asked again.
  evaluationPeriods: 5,
  datapointsToAlarm: 2,
  // CloudWatch does so with figures of DynamoDB whatever is said here.
  treatMissingData: TreatMissingData.IGNORE,
  metric: throttlesOf(tables),
});

const countOf = (lambda: IFunction, name: string) =>
  lambda.metric(name, { statistic: 'Sum', period: MINUTE });

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
