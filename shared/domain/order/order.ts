import type { MarketId } from '../venue/market-id.ts';
import type { Side } from './side.ts';
import type { Price, Size } from '../units.ts';

/** An order as the venue lists it: it rests, `remaining` is what can still trade. */
export interface OpenOrder {
  readonly venueId: string;
  /** Undefined where the venue does not carry our id. */
  readonly clientId: string | undefined;
  readonly side: Side;
  readonly price: Price;
  readonly remaining: Size;
}

/** What should rest: one side of one level, already valid on the venue. */
export interface DesiredQuote {
  readonly side: Side;
  /** 0 is nearest to the mid. */
  readonly level: number;
  readonly price: Price;
  readonly size: Size;
  /**
   * A resting order up to this large may stand for it: what the size was before it was rounded, and
   * more where the room allows it.
   */
  readonly largest: Size;
}

/**
 * How far a resting order may be from the price it should have before it is worth replacing, in bps
 * of mid.
 */
export interface RequoteTolerance {
  readonly maxAgeMs: number;
  /** Further from the mid than it should be: it only earns less often. */
  readonly maxAwayBps: number;
  /** Nearer to the mid than it should be: it is picked off sooner, so the allowance is smaller. */
  readonly maxTowardsBps: number;
}

/** A quote to place: always post-only. */
export interface PlaceQuote {
  readonly kind: 'place';
  readonly market: MarketId;
  readonly clientId: string;
  readonly side: Side;
  readonly level: number;
  readonly price: Price;
  readonly size: Size;
}

/**
 * Puts a quote into the place of an order of its side that rests, in one request: a cancel and a
 * place, the second only if the first found something to cancel. Its size is the new order's own
 * total: what the old one trades before that, also on the way there, comes on top.
 */
export interface ModifyQuote extends Omit<PlaceQuote, 'kind'> {
  readonly kind: 'modify';
  /** The order that goes, and its client id with it. */
  readonly venueId: string;
}

export interface CancelOrder {
  readonly kind: 'cancel';
  readonly market: MarketId;
  readonly venueId: string;
}

/**
 * Takes risk off now: immediate-or-cancel and reduce-only, so it can never open or flip a position.
 */
export interface ReducePosition {
  readonly kind: 'reduce';
  readonly market: MarketId;
  readonly clientId: string;
  readonly side: Side;
  readonly size: Size;
  /**
   * The position this was computed from, unsigned: venues that reduce by a share need size /
   * positionSize.
   */
  readonly positionSize: Size;
  /** The worst price accepted. */
  readonly limitPrice: Price;
}

export type OrderCommand = PlaceQuote | ModifyQuote | CancelOrder | ReducePosition;

/** What its answer is matched by: our id of what it makes, the venue's of what it ends. */
export const commandId = (command: OrderCommand): string =>
  command.kind === 'cancel' ? command.venueId : command.clientId;

declare const approved: unique symbol;

/** A command that passed review. Only review (strategy) makes one; only this reaches a venue. */
export type Approved<Command extends OrderCommand = OrderCommand> = Command & {
  readonly [approved]: true;
};
