import type { Side } from './side.ts';
import type { EpochMs, Price, Size } from '../units.ts';

/** What is known of a quote of ours wherever it is on its way. */
interface Quoted {
  readonly side: Side;
  readonly level: number;
  readonly price: Price;
  /** As it was sent, or as it was when it was first seen. */
  readonly size: Size;
  /** What may still trade of it: only ever shrinks. */
  readonly remaining: Size;
  /** What the books hold of its trades. */
  readonly booked: Size;
  /** When it was sent, or first seen if another session sent it. */
  readonly since: EpochMs;
  /** First seen on a list: what it had traded until then is no part of its size. */
  readonly adopted: boolean;
  /** Of one that was adopted, what the books hold of about then: part of its size, or not. */
  readonly early?: Size | undefined;
  /** What was told of its trades before the books held as much; none while they do. */
  readonly told?: Told | undefined;
}

/** Trades that were told of, counted from the first of the order. */
interface Told {
  /** What lists had to show by now. */
  readonly late: Size;
  /** What was told of at `at`, and is waited for until lists had to show it. */
  readonly filled: Size;
  readonly at: EpochMs;
}

/** An order the venue has given an id. */
interface Known extends Quoted {
  readonly venueId: string;
  readonly clientId: string | undefined;
}

/** An order that is not being cancelled. */
export type Resting =
  | { readonly state: 'open'; readonly knownSince: EpochMs }
  /** Lists do not show it and nothing explains why. */
  | { readonly state: 'missing'; readonly missingSince: EpochMs }
  /** Bears an id of ours that this session does not know: an earlier one's, to be cancelled. */
  | { readonly state: 'stranger' };

/** A quote that the venue has given no id yet, as far as we know. */
interface Unnumbered extends Quoted {
  readonly clientId: string;
}

/** A modify without an answer: at every moment one of the two may trade, or neither. */
interface Replacing {
  readonly old: Known & Extract<Resting, { readonly state: 'open' }>;
  readonly new: Unnumbered;
}

/** Which command has no answer, and what that leaves open. */
type Unanswered =
  /** It may rest, or may still arrive: for as long after it was given up as the venue says. */
  | (Unnumbered & { readonly command: 'place'; readonly givenUpAt: EpochMs })
  | (Replacing & { readonly command: 'modify'; readonly givenUpAt: EpochMs })
  /** It may rest as before, or be gone. */
  | (Known & { readonly command: 'cancel'; readonly before: Resting });

/**
 * An order of ours that may still trade. Each counts towards the worst case until its end is
 * proven: by fills, by our own cancel, or by lists that no longer show it once their lag has
 * passed.
 */
export type WorkingOrder =
  /** On its way, no answer yet. */
  | (Unnumbered & { readonly state: 'sending' })
  | (Replacing & { readonly state: 'modifying' })
  /** A command was sent, and the answer did not come. */
  | (Unanswered & { readonly state: 'unknown' })
  | (Known & Resting)
  /** A cancel is on its way, or was confirmed without saying how much had traded. */
  | (Known & {
      readonly state: 'cancelling';
      readonly confirmedAt: EpochMs | undefined;
      /** Lists asked after the confirmation that still show it: two are a failed cancel. */
      readonly stillListed: number;
      /** What it is again if the venue refuses the cancel. */
      readonly before: Resting;
    })
  /** Somebody else's on our account: counted, never cancelled. */
  | (Known & { readonly state: 'foreign'; readonly of: 'another deployment' | 'a person' });

/** One order at the venue, or on its way there. */
export type Leg = Known | Unnumbered;

/** What of a working order may trade: two while a modify has no answer. */
export const legsOf = (order: WorkingOrder): readonly Leg[] =>
  'old' in order ? [order.old, order.new] : [order];

/**
 * An order that ended: remembered for as long as a late execution or a lagging list may speak of
 * it, and with no more than is needed then, for there may be a thousand.
 */
export interface GoneOrder {
  readonly venueId: string | undefined;
  /** Ours, of one that the venue gave none: what has one is called by it. */
  readonly clientId: string | undefined;
  readonly side: Side;
  readonly size: Size;
  /** What traded of it in all, as far as anybody said. */
  readonly filled: Size;
  readonly booked: Size;
  /** What of it lists had to show while it worked. */
  readonly late?: Size | undefined;
  /** Of one that was adopted, until it is settled: as of one that works. */
  readonly early?: Size | undefined;
  readonly why: 'filled' | 'cancelled' | 'refused' | 'never arrived' | 'not listed any more';
  readonly level: number;
  readonly since: EpochMs;
  readonly at: EpochMs;
}

export interface Orders {
  readonly working: readonly WorkingOrder[];
  readonly gone: readonly GoneOrder[];
}

export const NO_ORDERS: Orders = { working: [], gone: [] };
