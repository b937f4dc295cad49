import { checkedBook, type Book, type RawLevel } from '#shared/domain/book.ts';
import { done, type Outcome } from '#shared/domain/failure.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { grid } from '#shared/domain/grid.ts';
import type { MarketSpec } from '#shared/domain/market.ts';
import { type MarketId, marketId } from '#shared/domain/market-id.ts';
import type { ParameterVersion, Parameters } from '#shared/domain/parameters.ts';
import { FLAT, type Position } from '#shared/domain/position.ts';
import { bps, type EpochMs, epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import type { MarketView } from '#shared/domain/view.ts';
import type { WorkingOrder } from '#shared/domain/working-order.ts';
import { defaultParameters } from '#shared/schema/parameters.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';

/** 2026-01-05T06:30:00Z, a Monday between two funding settlements. */
export const START: EpochMs = epochMs(Date.UTC(2026, 0, 5, 6, 30));

export const BTC: MarketId = marketId('purple-flea', 'BTC-PERP');
export const ETH: MarketId = marketId('purple-flea', 'ETH-PERP');

export const aSpec = (
  over: Partial<{
    tick: number;
    lot: number;
    minNotional: number;
    makerBps: number;
    takerBps: number;
    simulated: boolean;
  }> = {},
): MarketSpec => ({
  symbol: 'BTC-PERP',
  tick: grid(over.tick ?? 1),
  lot: grid(over.lot ?? 0.00001),
  minNotionalUsd: usd(over.minNotional ?? 10),
  fees: { makerBps: bps(over.makerBps ?? 1.5), takerBps: bps(over.takerBps ?? 4.5) },
  simulated: over.simulated ?? true,
});

export function aBook(bid: number, ask: number, at: EpochMs = START, resting = 1): Book {
  const book = aCheckedBook([{ price: bid, size: resting }], [{ price: ask, size: resting }], at);
  if (!book.ok) throw new Error(book.failure);
  return book.value;
}

export const aCheckedBook = (
  bids: readonly RawLevel[],
  asks: readonly RawLevel[],
  at: EpochMs = START,
): Outcome<Book, string> => checkedBook(at, bids, asks);

export const aPosition = (held: number, entry = 100_000): Position =>
  held === 0 ? FLAT : { size: signedSize(held), averageEntry: price(entry) };

export const parameters = (over: Partial<Parameters> = {}): ParameterVersion => {
  const defaults = defaultParameters();
  return { version: JSON.stringify(over), values: { ...defaults.values, ...over } };
};

export const aView = (over: Partial<MarketView> = {}): MarketView => ({
  now: START,
  spec: aSpec(),
  fees: (over.spec ?? aSpec()).fees,
  book: done(aBook(99_999, 100_001)),
  position: FLAT,
  orders: [],
  venueHourlyVolatility: 0.01,
  tilt: undefined,
  requestsLeftRatio: 1,
  fills: [],
  trades: [],
  reference: undefined,
  averageMarkoutBps: undefined,
  profit: { sessionUsd: usd(0), dayUsd: usd(0), belowPeakUsd: usd(0) },
  peers: {},
  cadence: { secondsToNextRequote: 0, latencySeconds: 0 },
  ...over,
});

export const aBrain = NEW_BRAIN;

type RestingOrder = Extract<WorkingOrder, { state: 'open' }>;

/** A quote of ours that rests, as it was sent. */
export const aWorkingOrder = (over: Partial<RestingOrder> = {}): RestingOrder => ({
  state: 'open',
  clientId: 'q2.test.quote.BTC-PERP.buy.0.1.0',
  venueId: 'ord_1',
  side: 'buy',
  level: 0,
  price: price(99_900),
  size: over.remaining ?? size(0.001),
  remaining: size(0.001),
  booked: size(0),
  since: START,
  knownSince: START,
  adopted: false,
  ...over,
});

export const aFill = (over: Partial<Fill> = {}): Fill => ({
  id: 'fil_1',
  market: BTC,
  at: START,
  side: 'buy',
  price: price(100_000),
  size: size(0.001),
  feeUsd: usd(-0.015),
  liquidity: 'maker',
  orderId: 'ord_1',
  ...over,
});
