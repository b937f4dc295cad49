import type { Book } from '../domain/venue/book.ts';
import type { Fill } from '../domain/books/fill.ts';
import type { Halt } from '../domain/trading/halt.ts';
import type { Leaving } from '../domain/trading/market-event.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import type { AccountQuestion } from '../domain/trading/market-output.ts';
import type { FundingRate } from '../domain/venue/market.ts';
import type { ParameterVersion } from '../domain/parameters/parameters.ts';
import type { Position } from '../domain/books/position.ts';
import type { Doubt, Refusals } from '../domain/trading/session.ts';
import type { Side } from '../domain/order/side.ts';
import type { FundingTilt } from '../domain/trading/tilt.ts';
import type { EpochMs, Price } from '../domain/units.ts';
import type { MarketTrade, QuoteFill, TimedMid } from '../domain/venue/view.ts';
import type { Orders } from '../domain/order/working-order.ts';
import type { BrainState } from '../strategy/brain-state.ts';
import type { Books } from './books/books.ts';
import type { HedgeWatch } from './hedges/hedge-watch.ts';

/** One market's trading between two events. The root is replaced, never changed. */
export interface MarketState {
  readonly orders: Orders;
  readonly books: Books;
  readonly brain: BrainState;
  readonly sight: Sight;
  readonly control: Control;
  readonly hedge: HedgeWatch;
  readonly funding: FundingWatch;
  /** The number of the one send that is under way. */
  readonly sending: number | undefined;
  readonly leaving: LeavingState | undefined;
  readonly tally: Tally;
}

/** What is seen of the venue. */
export interface Sight {
  /** The look under way: which of its answers are in. */
  readonly look: Look | undefined;
  /** Whether executions are being read; the decision of a look waits for them. */
  readonly fillsAsked: boolean;
  /**
   * How far back the next look reads executions: a question for them failed, or an answer told of
   * some.
   */
  readonly fillsWanted: EpochMs | undefined;
  /** Executions heard while the book of the look under way is not in: booked against its mid. */
  readonly fillsHeld: readonly Fill[];
  /** How far the clock that dates executions was last told to be ahead of ours. */
  readonly clockSkewMs: number | undefined;
  /** When the last look that was answered was asked for. */
  readonly seenAt: EpochMs;
  readonly nextLookAt: EpochMs;
  /** Something is to be seen before the next look is due. */
  readonly lookAgain: boolean;
  /** When the last complete list of orders was asked for, since everything was cancelled. */
  readonly listedAt: EpochMs | undefined;
  /** The last list of orders may have been cut. */
  readonly isListCut: boolean;
  /** A list asked for before may not show what an earlier holder sent: nothing is placed on it. */
  readonly shownFrom: EpochMs;
  /** The position as it was last reported. */
  readonly reported: ReportedPosition | undefined;
  /** When a send was last answered, or trading began. */
  readonly answeredAt: EpochMs;
  /** Looks in a row that followed each other at once. */
  readonly prompt: number;
  /** Looks that failed since one succeeded. */
  readonly failuresInRow: number;
  /** Per side, for one alone may be refused for good (margin, rights). */
  readonly refusals: Readonly<Record<Side, Refusals>>;
  /** The venue asked us to slow down until then. */
  readonly pauseUntil: EpochMs;
  /** The least that the answers of the last look said. */
  readonly requestsLeftRatio: number;
  /** What the venue last reported to be held, and what that means. */
  readonly position: VenuePosition;
  /** The last mid that was believed. */
  readonly mid: { readonly mid: Price; readonly at: EpochMs } | undefined;
  /** A mid too far from it to be believed before a later book confirms it. */
  readonly doubted: Doubt | undefined;
  /** Everything is being cancelled because the market was not seen; not again before. */
  readonly emptying: boolean;
  readonly emptyFrom: EpochMs;
  readonly deepFillsAt: EpochMs;
  readonly volatilityAt: EpochMs;
  readonly venueHourlyVolatility: number | undefined;
  /** Booked, and not yet shown to a decision. */
  readonly newFills: readonly QuoteFill[];
  readonly newTrades: readonly MarketTrade[] | undefined;
}

interface ReportedPosition {
  readonly askedAt: EpochMs;
  /** Signed base units: what the venue said, and what our books did. */
  readonly size: number;
  readonly ours: number;
}

/** Our executions explain the venue's position, or since when they do not. */
export type VenuePosition =
  | { readonly kind: 'agreed'; readonly held: Position }
  | (Unexplained & { readonly kind: 'asking' })
  /** As far back as can be is read, and since when that is answered. */
  | (Unexplained & { readonly kind: 'disputed'; readonly readAt: EpochMs | undefined });

interface Unexplained {
  readonly held: Position;
  readonly since: EpochMs;
  /** When what is held was asked for. */
  readonly askedAt: EpochMs;
}

export interface Look {
  readonly askedAt: EpochMs;
  readonly book: BookAnswer | undefined;
  /** What of the account has been asked for. */
  readonly asked: AccountQuestion;
  /** Whether the account's answer is in. */
  readonly account: boolean;
}

export type BookAnswer =
  | { readonly kind: 'book'; readonly book: Book; readonly clockSkewMs: number | undefined }
  /** Nobody should quote on it. */
  | { readonly kind: 'none'; readonly why: string };

/** What people and other functions decided. */
interface Control {
  readonly parameters: ParameterVersion;
  /** When what is newest of it was asked for, and whether that is too long ago to quote on. */
  readonly readAt: EpochMs;
  readonly unread: boolean;
  /** The refused version that was already said. */
  readonly refused: string | undefined;
  readonly tilt: FundingTilt | undefined;
  readonly halt: Halt | undefined;
  readonly peers: Readonly<Record<MarketId, TimedMid>>;
}

interface FundingWatch {
  readonly rate: FundingRate;
  readonly rateAt: EpochMs;
  readonly asked: boolean;
  readonly nextAskAt: EpochMs;
}

export interface LeavingState {
  readonly leaving: Leaving;
  readonly since: EpochMs;
  /** When a cancel of everything was last confirmed, if it was. */
  readonly emptiedAt: EpochMs | undefined;
  readonly emptying: boolean;
  readonly tries: number;
  readonly nextTryAt: EpochMs;
  readonly done: boolean;
}

/** Counters, and what was said last. */
export interface Tally {
  readonly decisions: number;
  readonly decisionsHash: string;
  readonly quotesPlaced: number;
  readonly nextCounter: number;
  readonly nextSend: number;
  readonly lastReasons: string;
  /** That too many facts are not durable was said. */
  readonly fullSaid: boolean;
  /** That there are orders of somebody else on our account was said. */
  readonly foreignSaid: readonly ('another deployment' | 'a person')[];
  /**
   * When a place without an answer was last sent: until it can no longer arrive, nothing is proven.
   */
  readonly lastUnknownAt: EpochMs | undefined;
}
