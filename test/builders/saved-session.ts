import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { FLAT } from '#shared/domain/books/position.ts';
import type { Session } from '#shared/domain/trading/session.ts';
import { type EpochMs, epochMs, price, size, usd } from '#shared/domain/units.ts';
import { NO_ORDERS } from '#shared/domain/order/working-order.ts';
import { aWorkingOrder } from '#test/builders/market.ts';

const MIDNIGHT = 1_767_571_200_000;
const at = (ms: number): EpochMs => epochMs(MIDNIGHT + ms);

/** Of a market in which nothing has happened yet. */
export const aSession = (market: MarketId): Session => ({
  market,
  group: market,
  fence: 7,
  savedAt: at(5),
  startedAt: at(0),
  pnl: {
    position: FLAT,
    markPrice: undefined,
    spreadIncomeUsd: usd(0),
    makerFeesUsd: usd(0),
    takerFeesUsd: usd(0),
    inventoryPnlUsd: usd(0),
    hedgeCostUsd: usd(0),
    fundingUsd: usd(0),
    volumeUsd: usd(0),
    fills: 0,
  },
  lastFact: 0,
  contained: { allBefore: { fence: 0, number: 0 }, ranges: [] },
  markouts: { pending: [], cells: [] },
  newestFillAt: at(0),
  fundingPaid: [],
  adjustments: [],
  orders: NO_ORDERS,
  hedges: {
    endedId: undefined,
    unhedgedInRow: 0,
    notBefore: at(0),
    reduced: undefined,
    takenUsd: 0,
    tooSmallSaid: false,
  },
  waits: {
    unexplainedSince: undefined,
    doubted: undefined,
    refusals: { buy: { inRow: 0, placeFrom: at(0) }, sell: { inRow: 0, placeFrom: at(0) } },
    pauseUntil: at(0),
  },
  equity: undefined,
  quotesPlaced: 0,
  decisions: 0,
  decisionsHash: '',
  drained: false,
  parametersVersion: '',
  nextCounter: 0,
});

/** As long as an order in a session gets. */
export const RESTING = aWorkingOrder({
  clientId: 'q2.paper.quote.BTC-PERP.buy.0.1767571200.345678',
  venueId: '0f9e8d7c-6b5a-4f3e-2d1c-0b9a8f7e6d5c',
  level: 4,
  price: price(90_123.5),
  remaining: size(0.00123),
  since: at(0),
  knownSince: at(0),
});
