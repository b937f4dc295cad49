import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { QuotedMarket } from './metrics.ts';

/** What alarms and dashboard look at. */
export interface Watched {
  readonly markets: readonly QuotedMarket[];
  readonly functions: readonly WatchedFunction[];
  readonly deadLetters: readonly WatchedQueue[];
}

export interface WatchedFunction {
  /** `requote purple-flea/BTC-PERP`. */
  readonly title: string;
  readonly lambda: IFunction;
  /** Its venue has no base URL, so it stands aside. */
  readonly standsAside: boolean;
}

export interface WatchedQueue {
  /** `hedge purple-flea`. */
  readonly title: string;
  readonly queue: IQueue;
  readonly standsAside: boolean;
}
