import type { VenueOutcome } from '../failure.ts';
import type { FundingPayment } from '../books/fill.ts';
import type { Halt } from './halt.ts';
import type { HedgeIntent } from './hedge.ts';
import type { StoredFact } from '../books/ledger-entry.ts';
import type { FundingRate } from '../venue/market.ts';
import type { MarketId } from '../venue/market-id.ts';
import type { ParameterReading } from '../parameters/parameter-reading.ts';
import type { FundingTilt } from './tilt.ts';
import type { EpochMs, Size, Usd } from '../units.ts';
import type { Side } from '../order/side.ts';
import type {
  AccountReport,
  BookPicture,
  CommandResult,
  FillList,
  OursCancelled,
} from '../venue/venue-answers.ts';
import type { TimedMid } from '../venue/view.ts';

/** What a hedge may still take off the position. */
export interface OpenHedge {
  readonly id: string;
  readonly intent: HedgeIntent;
  readonly side: Side;
  readonly atMost: Size;
  readonly openedAt: EpochMs;
  /** When it is announced again, if nobody has finished it. */
  readonly announceAt: EpochMs;
}

/** How trading a market ends. */
export type Leaving =
  /** A successor is ready: the quotes stay, it adopts them. */
  | { readonly how: 'hand-over'; readonly why: string }
  /** Nothing may rest. */
  | { readonly how: 'stop'; readonly why: string };

/**
 * Everything a market's trading hears. What answers a question carries when it was asked: it proves
 * nothing about what was sent or learned after that.
 */
export type MarketEvent =
  | { readonly kind: 'time' }
  | {
      readonly kind: 'book';
      readonly askedAt: EpochMs;
      readonly answer: VenueOutcome<BookPicture>;
    }
  | {
      readonly kind: 'account';
      readonly askedAt: EpochMs;
      readonly answer: VenueOutcome<AccountReport>;
    }
  | {
      readonly kind: 'fills';
      readonly askedAt: EpochMs;
      readonly since: EpochMs;
      readonly answer: VenueOutcome<FillList>;
    }
  | {
      readonly kind: 'payments';
      readonly until: EpochMs;
      readonly answer: VenueOutcome<readonly FundingPayment[]>;
    }
  | { readonly kind: 'funding'; readonly answer: VenueOutcome<FundingRate> }
  | { readonly kind: 'volatility'; readonly answer: VenueOutcome<number | undefined> }
  | { readonly kind: 'sent'; readonly id: number; readonly results: readonly CommandResult[] }
  | {
      readonly kind: 'emptied';
      /** A list asked for from then on may prove that nothing rests. */
      readonly askedAt: EpochMs;
      readonly cancelled: OursCancelled;
    }
  | { readonly kind: 'recorded'; readonly number: number; readonly earlier: StoredFact | undefined }
  | {
      readonly kind: 'control';
      /** Those of one market are heard in the order in which they were asked for. */
      readonly askedAt: EpochMs;
      readonly parameters: ParameterReading;
      readonly tilt: FundingTilt | undefined;
      readonly halt: Halt | undefined;
    }
  | { readonly kind: 'peers'; readonly mids: Readonly<Record<MarketId, TimedMid>> }
  | {
      readonly kind: 'hedge';
      readonly open: boolean;
      readonly id: string;
      readonly outcome: string;
      /** The side it traded on, and what it took off the position, as it says itself. */
      readonly side: Side | undefined;
      readonly reducedUsd: Usd;
    }
  | { readonly kind: 'leave'; readonly leaving: Leaving };
