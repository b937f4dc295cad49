import type { MarketEvent } from '#shared/domain/trading/market-event.ts';
import { checkedBook } from '#shared/domain/venue/book.ts';
import { done, failed, type VenueOutcome } from '#shared/domain/failure.ts';
import type { Fill } from '#shared/domain/books/fill.ts';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import type { AccountQuestion } from '#shared/domain/trading/market-output.ts';
import type { Approved, OpenOrder } from '#shared/domain/order/order.ts';
import { signOf, type Side } from '#shared/domain/order/side.ts';
import { bps, type EpochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import type { VenueAbilities } from '#shared/domain/venue/venue-abilities.ts';
import type { CommandResult, OursCancelled } from '#shared/domain/venue/venue-answers.ts';
import { atIndex, grid, onLot } from '#shared/domain/order/grid.ts';
import type { MarketSpec } from '#shared/domain/venue/market.ts';
import { type Random, seededRandom } from '#shared/math/random.ts';

/** How badly a venue behaves. Lags are the most its lists are behind; shares are of requests. */
export interface Misbehaviour {
  readonly ordersLagMs: number;
  readonly positionLagMs: number;
  readonly fillsLagMs: number;
  readonly unknownShare: number;
  readonly refusedShare: number;
  /** Of modifies: the old order is cancelled, and the new one would have traded at once. */
  readonly missedShare: number;
  readonly failedReads: number;
  readonly cutLists: number;
  /**
   * Each row is as old as it happens to be: of a modify they show the old, the new, both or none.
   */
  readonly tornLists: boolean;
  /** The answer to a cancel says how much had traded. */
  readonly saysFilled: boolean;
  readonly tradesPerSecond: number;
}

interface VenueOrder {
  readonly venueId: string;
  readonly clientId: string;
  readonly side: Side;
  readonly price: number;
  readonly size: number;
  remaining: number;
}

/** A quote on its way. */
export interface Arriving {
  readonly side: Side;
  readonly price: number;
  readonly size: number;
}

type Quote = Pick<Extract<Approved, { kind: 'place' }>, 'clientId' | 'side' | 'price' | 'size'>;

interface Moment {
  readonly at: number;
  readonly orders: readonly OpenOrder[];
  readonly position: number;
}

export const LOT = grid(0.001);

export const SPEC: MarketSpec = {
  symbol: 'BTC-PERP',
  tick: grid(1),
  lot: LOT,
  minNotionalUsd: usd(10),
  fees: { makerBps: bps(1.5), takerBps: bps(4.5) },
  simulated: true,
};

/** A venue of one market that is never wrong about what it holds, and often about what it says. */
export class LaggingVenue {
  readonly orders: VenueOrder[] = [];
  readonly fills: Fill[] = [];
  position = 0;
  mid = 100_000;
  cash = 0;
  /** Quotes on their way here: they may rest at any moment. */
  readonly arriving: Arriving[] = [];
  readonly #moments: Moment[] = [];
  #next = 1;
  readonly random: Random;
  how: Misbehaviour;
  readonly market: MarketId;
  readonly abilities: VenueAbilities;

  constructor(market: MarketId, seed: number, how: Misbehaviour, abilities: VenueAbilities) {
    this.market = market;
    this.how = how;
    this.abilities = abilities;
    this.random = seededRandom(seed);
  }

  remember(at: EpochMs): void {
    const orders = this.orders.map(({ venueId, clientId, side, price: limit, remaining }) => ({
      venueId,
      clientId,
      side,
      price: price(limit),
      remaining: size(remaining),
    }));
    this.#moments.push({ at, orders, position: this.position });
  }

  #asOf(at: number): Moment {
    return this.#moments[this.#until(at) - 1] ?? { at, orders: [], position: 0 };
  }

  /** How many moments were before or at that time. */
  #until(at: number): number {
    let [low, high] = [0, this.#moments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#moments[middle]!.at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #rows(at: number): readonly OpenOrder[] {
    const { ordersLagMs, tornLists } = this.how;
    const seen = (): Moment => this.#asOf(at - this.random.uniform() * ordersLagMs);
    if (!tornLists) return seen().orders;
    const since = Math.max(0, this.#until(at - ordersLagMs) - 1);
    const lately = this.#moments.slice(since).flatMap(({ orders }) => orders);
    return [...new Set(lately.map(({ venueId }) => venueId))].flatMap((id) =>
      seen().orders.filter(({ venueId }) => venueId === id),
    );
  }

  arrive(command: Approved, at: EpochMs): CommandResult['outcome'] {
    if (command.kind === 'cancel') return this.#cancel(command.venueId, at);
    if (command.kind === 'reduce') throw new Error('only quotes are tried here');
    if (this.random.uniform() < this.how.refusedShare)
      return { kind: 'refused', code: 'no', reason: 'the venue says no' };
    if (command.kind === 'modify') return this.#modify(command, at);
    return { kind: 'placed', venueId: this.#rest(command, at), filled: size(0) };
  }

  #rest({ clientId, side, price: limit, size: all }: Quote, at: EpochMs): string {
    const venueId = `o${this.#next}`;
    this.#next += 1;
    this.orders.push({ venueId, clientId, side, price: limit, size: all, remaining: all });
    this.remember(at);
    return venueId;
  }

  /** A cancel, and a place if there was something to cancel: of its own size, whatever traded. */
  #modify(command: Extract<Approved, { kind: 'modify' }>, at: EpochMs): CommandResult['outcome'] {
    const index = this.orders.findIndex(({ venueId }) => venueId === command.venueId);
    const oldFilled = this.how.saysFilled ? size(this.#filledOf(command.venueId)) : undefined;
    if (index < 0) return { kind: 'gone', filled: oldFilled };
    this.orders.splice(index, 1);
    if (this.random.uniform() < this.how.missedShare) {
      this.remember(at);
      return { kind: 'neither', oldFilled, code: 'POST_ONLY', reason: 'it would have traded' };
    }
    return { kind: 'modified', venueId: this.#rest(command, at), filled: size(0), oldFilled };
  }

  #cancel(venueId: string, at: EpochMs): CommandResult['outcome'] {
    const index = this.orders.findIndex((order) => order.venueId === venueId);
    const filled = this.how.saysFilled ? size(this.#filledOf(venueId)) : undefined;
    if (index < 0) return { kind: 'gone', filled };
    this.orders.splice(index, 1);
    this.remember(at);
    return { kind: 'cancelled', filled };
  }

  #filledOf(venueId: string): number {
    const traded = this.fills.filter(({ orderId }) => orderId === venueId);
    return onLot(
      LOT,
      traded.reduce((sum, fill) => sum + fill.size, 0),
    );
  }

  /** What a list shows of ours, as late as any, and what is named: some get no answer. */
  cancelOurs(venueIds: readonly string[], at: EpochMs): OursCancelled {
    const isCut = this.random.uniform() < Math.max(this.how.cutLists, this.how.failedReads);
    const { orders } = this.#asOf(at - this.random.uniform() * this.how.ordersLagMs);
    const shown = isCut ? [] : orders.map(({ venueId }) => venueId);
    const results = [...new Set([...venueIds, ...shown])].map((id): CommandResult => {
      const isLost = this.random.uniform() < this.how.unknownShare;
      const arrives = !isLost || this.random.uniform() < 0.6;
      const outcome = arrives ? this.#cancel(id, at) : undefined;
      const told = isLost ? undefined : outcome;
      return { id, kind: 'cancel', outcome: told ?? { kind: 'unknown', detail: 'cut' } };
    });
    const isLost = isCut || results.some(({ outcome }) => outcome.kind === 'unknown');
    return { results, failure: isLost ? { kind: 'outcome-unknown', detail: 'cut' } : undefined };
  }

  /** Somebody trades against one of the resting orders, for some of it. */
  trade(at: EpochMs): void {
    const order = this.orders[Math.floor(this.random.uniform() * this.orders.length)];
    if (order === undefined) return;
    const lots = Math.round(order.remaining / LOT.step);
    const taken = this.random.uniform() < 0.5 ? lots : Math.ceil(this.random.uniform() * lots);
    const traded = atIndex(LOT, taken);
    order.remaining = onLot(LOT, order.remaining - traded);
    if (order.remaining === 0) this.orders.splice(this.orders.indexOf(order), 1);
    this.position = onLot(LOT, this.position + signOf(order.side) * traded);
    const feeUsd = -traded * order.price * 0.00015;
    this.cash += feeUsd - signOf(order.side) * traded * order.price;
    this.fills.push({
      id: `f${this.fills.length + 1}`,
      market: this.market,
      at,
      side: order.side,
      price: price(order.price),
      size: size(traded),
      feeUsd: usd(feeUsd),
      liquidity: 'maker',
      orderId: order.venueId,
    });
    this.remember(at);
  }

  /** All that is held is traded away as taker, if that is on this side: how much, in dollars. */
  hedge(side: Side, at: EpochMs): number {
    const traded = Math.max(0, -signOf(side) * this.position);
    if (traded === 0) return 0;
    const feeUsd = -traded * this.mid * 0.00045;
    this.position = onLot(LOT, this.position + signOf(side) * traded);
    this.cash += feeUsd - signOf(side) * traded * this.mid;
    this.fills.push({
      id: `f${this.fills.length + 1}`,
      market: this.market,
      at,
      side,
      price: price(this.mid),
      size: size(traded),
      feeUsd: usd(feeUsd),
      liquidity: 'taker',
      orderId: `h${this.fills.length + 1}`,
    });
    this.remember(at);
    return traded * this.mid;
  }

  book(at: EpochMs, askedAt: EpochMs): MarketEvent {
    if (this.random.uniform() < this.how.failedReads)
      return { kind: 'book', askedAt, answer: LOST };
    const [bid, ask] = [Math.floor(this.mid) - 1, Math.floor(this.mid) + 1];
    const book = checkedBook(at, [{ price: bid, size: 1 }], [{ price: ask, size: 1 }]);
    const answer = done({ book, trades: undefined, requestsLeftRatio: 1, clockSkewMs: 0 });
    return { kind: 'book', askedAt, answer };
  }

  account(at: EpochMs, askedAt: EpochMs, what: AccountQuestion = 'account'): MarketEvent {
    if (this.random.uniform() < this.how.failedReads)
      return { kind: 'account', askedAt, answer: LOST };
    const orders = this.#rows(at);
    const held = this.#asOf(at - this.random.uniform() * this.how.positionLagMs).position;
    const complete = this.random.uniform() >= this.how.cutLists;
    const shown = complete ? orders : orders.slice(0, Math.floor(orders.length / 2));
    const position = {
      size: signedSize(held),
      averageEntry: held === 0 ? undefined : price(100_000),
    };
    const resting = { orders: shown, complete, requestsLeftRatio: 1 };
    const holding = { position, requestsLeftRatio: 1 };
    const parts = { account: { ...resting, ...holding }, position: holding, orders: resting };
    return { kind: 'account', askedAt, answer: done(parts[what]) };
  }

  listed(at: EpochMs, askedAt: EpochMs, since: EpochMs): MarketEvent {
    if (this.random.uniform() < this.how.failedReads)
      return { kind: 'fills', askedAt, since, answer: LOST };
    const until = at - this.random.uniform() * this.how.fillsLagMs;
    const fills = this.fills.filter((fill) => fill.at >= since && fill.at <= until);
    return { kind: 'fills', askedAt, since, answer: done({ fills, doubtful: [], clockSkewMs: 0 }) };
  }
}

const LOST: VenueOutcome<never> = failed({ kind: 'outcome-unknown', detail: 'cut' });
