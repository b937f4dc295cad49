import { InputError } from '../../domain/failure.ts';
import type { Fees } from '../../domain/venue/market.ts';
import { epochMs, type EpochMs, usd } from '../../domain/units.ts';
import type { FeedEvent, MarketFeed } from '../feed/feed.ts';
import { seededRandom } from '../../math/random.ts';
import { type Actor, fundingForecaster, requoting, screen, snapshots, taking } from './actors.ts';
import { hawkesArrivals } from './arrivals.ts';
import { type SyntheticCoin, syntheticCoin } from './coins.ts';
import { efficientPrice } from './efficient-price.ts';
import { fundingPath } from './funding-path.ts';
import { makers } from './makers.ts';
import { takers } from './takers.ts';

interface SyntheticOptions {
  /** BTC, ETH or SOL. */
  readonly coin: string;
  readonly seed: number;
  readonly startsAt: EpochMs;
  readonly fees: Fees;
  readonly fundingIntervalHours: number;
  /**
   * Share of informed traders among those who come to trade, 0 to 1. The more, the more toxic the
   * flow. Default 0.5.
   */
  readonly informedShare?: number | undefined;
}

const DEFAULT_INFORMED_SHARE = 0.5;
const MIN_NOTIONAL_USD = 10;

/**
 * A made-up market without end: the same options give the same events for ever, and coins of one
 * seed and start move together. It is built so that quoting it is no free money:
 *
 * - an efficient price that nobody is shown walks with regime-switching volatility and jumps
 * (efficient-price.ts);
 * - makers do not know it, follow it with a lag of about a second and show 20 levels that thin out
 * and widen when
 *   volatility rises, refill after trades, and deepen away from the touch (makers.ts, ladder.ts);
 * - takers come in clusters (arrivals.ts). The informed trade in the direction of the efficient
 * price before the quotes
 *   catch up, which is the adverse selection of Glosten and Milgrom (1985); the others trade for
 * reasons of their own,
 *   some through many levels, and what they move comes back, which pays the spread (takers.ts);
 * - funding reverts to 1 bps per 8 hours between crowded episodes (funding-path.ts), independently
 * of the price.
 *
 * What it is not: a model of any venue. Its statistics are of the order of liquid perpetuals;
 * results on it rank strategies and exercise code, they forecast nothing.
 * @throws InputError for an unknown coin, an informed share outside 0 to 1 or an interval that is
 * not above zero
 */
export function syntheticFeed(options: SyntheticOptions): MarketFeed {
  const coin = syntheticCoin(options.coin);
  const { startsAt, fees, fundingIntervalHours, informedShare = DEFAULT_INFORMED_SHARE } = options;
  if (!(informedShare >= 0 && informedShare <= 1)) {
    throw new InputError(
      `the share of informed traders is ${informedShare}; it must be from 0 to 1`,
    );
  }
  if (!(fundingIntervalHours > 0 && fundingIntervalHours < Infinity)) {
    throw new InputError(
      `the funding interval is ${fundingIntervalHours} h; it must be above zero`,
    );
  }
  return {
    spec: {
      symbol: `${coin.coin}-PERP`,
      tick: coin.tick,
      lot: coin.lot,
      minNotionalUsd: usd(MIN_NOTIONAL_USD),
      fees,
      simulated: true,
    },
    fundingIntervalHours,
    startsAt,
    endsAt: undefined,
    events: eventsOf(coin, informedShare, options),
  };
}

function* eventsOf(
  coin: SyntheticCoin,
  informedShare: number,
  options: SyntheticOptions,
): Generator<FeedEvent, never> {
  const { startsAt, fundingIntervalHours } = options;
  const seeded = seededRandom(options.seed);
  const own = seeded.fork(coin.coin);
  const truth = efficientPrice(coin, seeded.fork('market'), own.fork('price'));
  const quotes = makers(coin, own.fork('makers'));
  const shows = screen(quotes);
  const arrivals = hawkesArrivals(own.fork('arrivals'));
  const decide = takers(coin, informedShare, own.fork('takers'));
  const crowd = taking({ coin, startsAt, truth, quotes, shows, arrivals, decide });
  // At equal times the first in this list acts first: funding, then trades, then quotes, as
  // everywhere in a feed.
  const actors: readonly [Actor, ...Actor[]] = [
    fundingForecaster(fundingPath(own.fork('funding'), startsAt, fundingIntervalHours)),
    crowd,
    requoting(startsAt, truth, quotes, shows, own.fork('requotes')),
    snapshots(startsAt, shows, own.fork('snapshots')),
  ];
  for (;;) {
    const actor = earliestOf(actors);
    const at = epochMs(actor.dueAt());
    if (truth.advanceTo(at - startsAt)) crowd.hearNews(at);
    yield* actor.act(at);
  }
}

function earliestOf(actors: readonly [Actor, ...Actor[]]): Actor {
  let [earliest] = actors;
  for (const actor of actors) if (actor.dueAt() < earliest.dueAt()) earliest = actor;
  return earliest;
}
