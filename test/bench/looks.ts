import { checkedBook } from '#shared/domain/venue/book.ts';
import { bps, epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import type { MarketTrade, MarketView, QuoteFill, TimedMid } from '#shared/domain/venue/view.ts';
import { seededRandom } from '#shared/math/random.ts';
import { aSpec, aView, START } from '#test/builders/market.ts';

const LOOK_EVERY_MS = 3000;
const BOOK_LEVELS = 20;
const PEERS = 9;
const TICK = 0.1;

/**
 * A market that keeps every estimator busy, look by look: 20 levels a side, takers, fills of ours,
 * nine other markets, a reference, a tilt, losses and gains.
 */
export function* looks(seed: number): Generator<MarketView, never> {
  const random = seededRandom(seed);
  const peers = Array.from({ length: PEERS }, (_, index) => ({
    market: `COIN${index}-PERP`,
    mid: 100 * (index + 1),
  }));
  let mid = 100_000;
  let held = 0;
  let equity = 0;
  for (let look = 1; ; look += 1) {
    const now = epochMs(START + look * LOOK_EVERY_MS);
    const common = random.normal();
    mid *= 1 + 0.0002 * (common + random.normal());
    if (mid < 50_000 || mid > 200_000) mid = 100_000;
    for (const peer of peers) peer.mid *= 1 + 0.0002 * (common + random.normal());
    const fills = random.uniform() < 0.2 ? [fillAt(now, look, mid, held)] : [];
    for (const fill of fills) held += fill.side === 'buy' ? fill.size : -fill.size;
    equity += random.normal();
    yield aView({
      now,
      spec: aSpec({ tick: TICK, lot: 0.00001 }),
      book: checkedBook(now, levels(mid, -1, random.uniform), levels(mid, 1, random.uniform)),
      position: { size: signedSize(held), averageEntry: price(100_000) },
      fills,
      trades: Array.from({ length: 5 }, () => tradeAt(now, mid, random)),
      peers: Object.fromEntries(
        peers.map((peer): [string, TimedMid] => [peer.market, { mid: peer.mid, at: now }]),
      ),
      reference: { mid: mid * 1.0003, at: now },
      venueHourlyVolatility: 0.01,
      averageMarkoutBps: random.normal(),
      profit: {
        sessionUsd: usd(equity),
        dayUsd: usd(equity),
        belowPeakUsd: usd(Math.max(0, -equity)),
      },
      fees: { makerBps: bps(1.5), takerBps: bps(4.5) },
      cadence: { secondsToNextRequote: 3, latencySeconds: 0.25 },
      requestsLeftRatio: random.uniform(),
    });
  }
}

function levels(
  mid: number,
  side: 1 | -1,
  uniform: () => number,
): { price: number; size: number }[] {
  const touch = Math.round(mid / TICK);
  return Array.from({ length: BOOK_LEVELS }, (_, level) => ({
    price: (touch + side * (level + 1)) / 10,
    size: 0.01 + uniform(),
  }));
}

/** Towards flat, so that the inventory stays within the cap. */
function fillAt(at: QuoteFill['at'], look: number, mid: number, held: number): QuoteFill {
  const side = held > 0 ? 'sell' : 'buy';
  return {
    id: `f${look}`,
    at,
    side,
    price: price(mid),
    size: size(0.002),
    feeUsd: usd(-0.03),
    orderId: `o${look}`,
    placedAt: epochMs(at - LOOK_EVERY_MS),
  };
}

function tradeAt(
  now: MarketTrade['at'],
  mid: number,
  random: ReturnType<typeof seededRandom>,
): MarketTrade {
  const side = random.uniform() < 0.5 ? 'buy' : 'sell';
  const beyond = random.exponential(3e-4) * (side === 'buy' ? 1 : -1);
  return {
    at: epochMs(now - random.uniform() * LOOK_EVERY_MS),
    side,
    price: price(mid * (1 + beyond)),
    size: size(0.001 + random.exponential(0.05)),
  };
}
