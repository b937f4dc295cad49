import { checkedBook, type Book, type RawLevel } from '#shared/domain/venue/book.ts';
import { done, type Outcome } from '#shared/domain/failure.ts';
import type { Fill } from '#shared/domain/books/fill.ts';
import { grid } from '#shared/domain/order/grid.ts';
import type { MarketSpec } from '#shared/domain/venue/market.ts';
import { type MarketId, marketId } from '#shared/domain/venue/market-id.ts';
import type { ParameterVersion, Parameters } from '#shared/domain/parameters/parameters.ts';
import { FLAT, type Position } from '#shared/domain/books/position.ts';
import type { FundingTilt } from '#shared/domain/trading/tilt.ts';
import { bps, type EpochMs, epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import type { MarketTrade, MarketView, QuoteFill } from '#shared/domain/venue/view.ts';
import type { WorkingOrder } from '#shared/domain/order/working-order.ts';
import { defaultParameters } from '#shared/schema/parameters/parameters.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';

/** 2026-01-05T06:30:00Z, a Monday between two funding settlements. */
export const START: EpochMs = epochMs(Date.UTC(2026, 0, 5, 6, 30));

/** So many milliseconds after START. */
export const after = (ms: number): EpochMs => epochMs(START + ms);

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
  clockSkewMs: 0,
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

/** Somebody bought one at the mid. */
export const aTrade = (over: Partial<MarketTrade> = {}): MarketTrade => ({
  at: START,
  side: 'buy',
  price: price(100_000),
  size: size(1),
  ...over,
});

/** A fill as the view shows it: the order was placed at START. */
export const aQuoteFill = (over: Partial<QuoteFill> = {}): QuoteFill => ({
  id: 'fil_1',
  at: after(1000),
  side: 'buy',
  price: price(99_950),
  size: size(0.001),
  feeUsd: usd(-0.01),
  orderId: 'ord_1',
  placedAt: START,
  ...over,
});

/** In force for a minute: longs pay. */
export const aFundingTilt = (over: Partial<FundingTilt> = {}): FundingTilt => ({
  market: BTC,
  action: 'lean_short',
  rateBps: 5,
  annualisedYieldPct: 54.75,
  targetRatio: -0.2,
  fundingTime: after(60_000),
  setAt: START,
  expiresAt: after(60_000),
  reason: '5 bps per 8 h',
  ...over,
});
