import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { QuotedMarket } from './metrics.ts';

/** What alarms and dashboard look at. */
export interface Watched {
  readonly markets: readonly QuotedMarket[];
  readonly functions: readonly WatchedFunction[];
  readonly venues: readonly WatchedVenue[];
  readonly tables: readonly TableV2[];
  /** The `service` of everything that puts figures for this stage. */
  readonly services: readonly string[];
  /** The one of the watchdogs. */
  readonly watchdogService: string;
}

export interface WatchedFunction {
  /** `requote purple-flea/BTC-PERP`. */
  readonly title: string;
  readonly lambda: IFunction;
}

/** What a venue has once, however many markets are traded there. */
export interface WatchedVenue {
  readonly venue: string;
  readonly hedge: IFunction;
  readonly fundingCheck: IFunction;
  readonly watchdog: IFunction;
  readonly watchdogLog: ILogGroup;
  readonly deadLetters: readonly WatchedQueue[];
  /** It has no base URL, so its functions stand aside. */
  readonly standsAside: boolean;
}

interface WatchedQueue {
  /** `hedge purple-flea`. */
  readonly title: string;
  readonly queue: IQueue;
}
