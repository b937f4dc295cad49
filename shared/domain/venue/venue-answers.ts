import type { Book } from './book.ts';
import type { Outcome, VenueFailure } from '../failure.ts';
import type { Fill } from '../books/fill.ts';
import type { OpenOrder, OrderCommand } from '../order/order.ts';
import type { Position } from '../books/position.ts';
import type { Price, Size, Usd } from '../units.ts';
import type { MarketTrade } from './view.ts';

/** One picture of a market. */
export interface BookPicture {
  /** The failure says why nobody should quote on it. */
  readonly book: Outcome<Book, string>;
  /** Trades since the picture before, each once; undefined where the venue does not show them. */
  readonly trades: readonly MarketTrade[] | undefined;
  /** Share of the request allowance that is left, 0 to 1. */
  readonly requestsLeftRatio: number;
  /**
   * How far the clock that dates the book is ahead of ours, in ms; undefined while nobody knows.
   */
  readonly clockSkewMs: number | undefined;
}

/** What is held. */
export interface PositionReport {
  readonly position: Position;
  readonly requestsLeftRatio: number;
}

/** What rests. */
export interface OrderReport {
  readonly orders: readonly OpenOrder[];
  /** False when the list may have been cut, or a row of it could not be read. */
  readonly complete: boolean;
  /** Why it is not complete, one line each. */
  readonly doubtful?: readonly string[];
  readonly requestsLeftRatio: number;
}

/** What is held and what rests. */
export type AccountSnapshot = PositionReport & OrderReport;

/** As much of an account as was asked for: one without orders says nothing of what rests. */
export type AccountReport = PositionReport | OrderReport | AccountSnapshot;

/** Our executions, all of them that could be read. */
export interface FillList {
  readonly fills: readonly Fill[];
  /** Rows that could not be read, or not all of them, one line each. */
  readonly doubtful: readonly string[];
  /** How far the clock that dates them is ahead of ours, in ms; undefined while nobody knows. */
  readonly clockSkewMs: number | undefined;
}

/** The change of the account's equity through one market, as the venue reckons it. */
export interface EquityChange {
  readonly netUsd: Usd;
  /** What the venue marked the position at, and the position it marked. */
  readonly markPrice: Price;
  readonly positionSize: number;
}

/** What became of cancelling everything of ours: of each order, and why it may not be all. */
export interface OursCancelled {
  readonly results: readonly CommandResult[];
  readonly failure: VenueFailure | undefined;
}

/** How long the venue asked to be left alone, in ms; 0 if it did not. */
export const toldToWaitMs = ({ results, failure }: OursCancelled): number =>
  [failure, ...results.map(({ outcome }) => outcome)].reduce(
    (ms, answer) => (answer?.kind === 'rate-limited' ? Math.max(ms, answer.retryAfterMs) : ms),
    0,
  );

/** What became of one command. */
export interface CommandResult {
  /** The command's, as `commandId` has it. */
  readonly id: string;
  readonly kind: OrderCommand['kind'];
  readonly outcome: CommandOutcome;
}

export type CommandOutcome =
  | { readonly kind: 'placed'; readonly venueId: string; readonly filled: Size }
  /** The new order rests and the old one is gone; `filled` is what the new one traded at once. */
  | {
      readonly kind: 'modified';
      readonly venueId: string;
      readonly filled: Size;
      /** What had traded of the old one in all, if the venue said so. */
      readonly oldFilled: Size | undefined;
    }
  /** A modify that cancelled the old order and whose new one was refused: neither rests. */
  | {
      readonly kind: 'neither';
      readonly oldFilled: Size | undefined;
      readonly code: string;
      readonly reason: string;
    }
  /** `filled`: what had traded of it in all, if the venue said so. */
  | { readonly kind: 'cancelled'; readonly filled: Size | undefined }
  /**
   * There was nothing to cancel any more, so a modify placed nothing; `filled` is the old one's.
   */
  | { readonly kind: 'gone'; readonly filled: Size | 'all' | undefined }
  | {
      readonly kind: 'reduced';
      readonly averagePrice: Price | undefined;
      readonly reduced: Size | undefined;
    }
  /** The venue said no: nothing took effect. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number }
  /** No answer, or one that does not tell: it may have taken effect. */
  | { readonly kind: 'unknown'; readonly detail: string }
  /** Withheld: it never left. */
  | { readonly kind: 'not-sent'; readonly why: string };
