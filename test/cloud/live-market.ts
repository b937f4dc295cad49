import { atIndex, grid, nearestIndex } from '#shared/domain/order/grid.ts';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';
import type { Side } from '#shared/domain/order/side.ts';
import { SECOND_MS } from '#shared/domain/time.ts';
import { bps, epochMs, type EpochMs, usd } from '#shared/domain/units.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed/feed.ts';

export interface LiveMarketOptions {
  readonly symbol: MarketSymbol;
  readonly startsAt: EpochMs;
  readonly mid: number;
  readonly tick: number;
  readonly lot: number;
  /** Per interval of eight hours. */
  readonly fundingRate: number;
}

export interface LiveMarket {
  readonly feed: MarketFeed;
  /** From now on only these takers come. */
  onlyTakers(...sides: readonly Side[]): void;
}

/** A quote this often. */
const QUOTE_MS = 250;
/**
 * In every round of two seconds one taker of each side comes, half a second apart. The rest of it
 * is quiet, for longer than a session pauses between two looks: there both its quotes rest for half
 * a second at least, however the two rhythms fall.
 */
const QUOTES_PER_ROUND = 8;
const TAKER_IN: Readonly<Record<Side, number>> = { sell: 1, buy: 3 };
/** How far through the mid a taker trades: through every quote of the suite. */
const SWEEP = 0.005;
const SWEEP_USD = 1_000_000;
const DISPLAYED_USD = 500_000;
/** The mid swings this far, in this time: enough to make and lose money with what is held. */
const SWING = 0.0005;
const SWING_MS = 40 * SECOND_MS;

/**
 * A market in wall-clock time, a tick wide, whose takers sweep through the resting quotes: what
 * rests is filled within two seconds.
 */
export function liveMarket(options: LiveMarketOptions): LiveMarket {
  let takers: readonly Side[] = ['sell', 'buy'];
  const spec: MarketFeed['spec'] = {
    symbol: options.symbol,
    tick: grid(options.tick),
    lot: grid(options.lot),
    minNotionalUsd: usd(10),
    fees: { makerBps: bps(1.5), takerBps: bps(4.5) },
    simulated: true,
  };
  return {
    feed: {
      spec,
      fundingIntervalHours: 8,
      startsAt: options.startsAt,
      endsAt: undefined,
      events: eventsOf(options, spec, () => takers),
    },
    onlyTakers: (...sides) => {
      takers = sides;
    },
  };
}

function* eventsOf(
  { startsAt, mid, fundingRate }: LiveMarketOptions,
  { tick }: MarketFeed['spec'],
  takersNow: () => readonly Side[],
): Generator<FeedEvent, void> {
  yield { type: 'funding', at: startsAt, rate: fundingRate, intervalHours: 8 };
  for (let index = 0; ; index += 1) {
    const at = epochMs(startsAt + index * QUOTE_MS);
    const price = mid * (1 + SWING * Math.sin((2 * Math.PI * index * QUOTE_MS) / SWING_MS));
    const bid = nearestIndex(tick, price);
    for (const side of takersNow())
      if (TAKER_IN[side] === index % QUOTES_PER_ROUND) yield sweep(side, at, price);
    const shown = DISPLAYED_USD / mid;
    yield {
      type: 'bbo',
      at,
      bid: atIndex(tick, bid),
      bidSize: shown,
      ask: atIndex(tick, bid + 1),
      askSize: shown,
    };
  }
}

const sweep = (side: Side, at: EpochMs, mid: number): FeedEvent => ({
  type: 'trade',
  at,
  price: mid * (1 + (side === 'buy' ? SWEEP : -SWEEP)),
  size: SWEEP_USD / mid,
  side,
});
