import type { DatedHalt } from './halt.ts';
import type { HedgeIntent } from './hedge.ts';
import type { StoredFact } from '../books/ledger-entry.ts';
import type { MetricName } from '../metric-name.ts';
import type { Approved } from '../order/order.ts';
import type { EpochMs } from '../units.ts';

/** All of the account, or the one part of it that is due. */
export type AccountQuestion = 'account' | 'position' | 'orders';

/** What a market's trading wants done. Every one but the last four is answered by an event. */
export type MarketOutput =
  | {
      readonly kind: 'send';
      readonly id: number;
      readonly commands: readonly Approved[];
      /** When the picture it was decided on was asked for: too old a one is not acted on. */
      readonly seenAt: EpochMs;
      /** How old the picture may be when a quote goes out. */
      readonly maxAgeMs: number;
    }
  /** Cancel what bears our quote ids, whatever we believe rests, and these by their ids. */
  | { readonly kind: 'empty'; readonly venueIds: readonly string[] }
  | { readonly kind: 'record'; readonly fact: StoredFact }
  | { readonly kind: 'ask'; readonly what: AccountQuestion | 'book' | 'funding' | 'volatility' }
  | { readonly kind: 'ask-fills'; readonly since: EpochMs }
  | { readonly kind: 'ask-payments'; readonly after: EpochMs; readonly until: EpochMs }
  /**
   * Put the row on condition that none is open, then the event; announced again, the event alone.
   */
  | { readonly kind: 'breach'; readonly intent: HedgeIntent }
  | { readonly kind: 'halt'; readonly halt: DatedHalt }
  /** Call again with `time` then; the newest replaces the last. */
  | { readonly kind: 'wake'; readonly at: EpochMs }
  | {
      readonly kind: 'say';
      readonly level: 'info' | 'warn' | 'error';
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'count'; readonly metric: MetricName; readonly value: number }
  /** Nothing of ours is on its way any more; after a stop, nothing of ours rests. */
  | { readonly kind: 'left'; readonly how: 'hand-over' | 'stop'; readonly why: string };
