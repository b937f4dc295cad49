import { basename } from 'node:path';
import { readTapeFile } from '#shared/adapters/tape-file/read-tape-file.ts';
import { InputError } from '#shared/domain/failure.ts';
import type { Fees, MarketSymbol } from '#shared/domain/venue/market.ts';
import { bps, epochMs, type EpochMs, usd } from '#shared/domain/units.ts';
import { didYouMean } from '#shared/schema/near-name.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed/feed.ts';
import { syntheticFeed } from '#shared/simulator/synthetic/synthetic-feed.ts';
import { tapeFeed } from '#shared/simulator/tape/tape.ts';

/** What the venue underneath really charges at its first tier. */
export const VENUE_FEES: Fees = { makerBps: bps(1.5), takerBps: bps(4.5) };
/** What the vendor's pages and the venue underneath ask for. */
const MIN_NOTIONAL_USD = 10;
const SYNTHETIC_FUNDING_HOURS = 8;

/**
 * The markets of recorded tapes, one each.
 * @param markets which of them; undefined: all
 * @throws InputError in one line when a tape cannot be read, two are of one market or a name is of
 * none
 */
export function tapeFeeds(
  paths: readonly string[],
  markets: readonly MarketSymbol[] | undefined,
  fees: Fees,
): readonly MarketFeed[] {
  const bySymbol = new Map<MarketSymbol, MarketFeed>();
  for (const path of paths) {
    const feed = tapeFeed(basename(path), readTapeFile(path), {
      fees,
      minNotionalUsd: usd(MIN_NOTIONAL_USD),
    });
    const { symbol } = feed.spec;
    if (bySymbol.has(symbol))
      throw new InputError(
        `--tape names two tapes of ${symbol}, ${path} is one; allowed: one for each market`,
      );
    bySymbol.set(symbol, closedAtItsEnd(feed));
  }
  const known = [...bySymbol.keys()];
  return (markets ?? known).map((symbol) => {
    const feed = bySymbol.get(symbol);
    if (feed !== undefined) return feed;
    throw new InputError(
      `--markets names ${symbol}, of which there is no tape${didYouMean(symbol, known)}; allowed: ${known.join(', ')}`,
    );
  });
}

/**
 * The same, of the same time. Only the beginning of each tape is read here: a corrupt row further
 * on is refused when it is reached, and ends the run, before anybody trades on it.
 * @throws InputError likewise.
 */
export function checkedTapeFeeds(
  paths: readonly string[],
  markets: readonly MarketSymbol[] | undefined,
  fees: Fees,
): readonly MarketFeed[] {
  const feeds = tapeFeeds(paths, markets, fees);
  const latestStart = Math.max(...feeds.map((feed) => feed.startsAt));
  const first = feeds.find((feed) => (feed.endsAt ?? latestStart) <= latestStart);
  if (first !== undefined && feeds.length > 1)
    throw new InputError(
      `--tape: ${first.spec.symbol} ends before another tape begins; allowed: tapes of the same time`,
    );
  return feeds;
}

/** Made-up markets that begin at `startsAt`. @throws InputError for a coin there is none of. */
export const syntheticFeeds = (
  markets: readonly MarketSymbol[],
  seed: number,
  startsAt: EpochMs,
  fees: Fees,
): readonly MarketFeed[] =>
  markets.map((symbol) =>
    syntheticFeed({
      coin: symbol.replace(/-PERP$/, ''),
      seed,
      startsAt,
      fees,
      fundingIntervalHours: SYNTHETIC_FUNDING_HOURS,
    }),
  );

/** When the last of the feeds has ended and is closed; undefined when one never ends. */
export function endOf(feeds: readonly MarketFeed[]): EpochMs | undefined {
  const ends = feeds.map(({ endsAt }) => endsAt);
  return ends.includes(undefined)
    ? undefined
    : epochMs(Math.max(...ends.map((end) => (end ?? 0) + 1)));
}

/**
 * After its last event nobody is there to trade with any more: the market closes, which takes the
 * resting orders off.
 */
function closedAtItsEnd(feed: MarketFeed): MarketFeed {
  const { endsAt } = feed;
  return endsAt === undefined
    ? feed
    : { ...feed, events: thenClosed(feed.events, epochMs(endsAt + 1)) };
}

function* thenClosed(events: Iterator<FeedEvent>, at: EpochMs): Generator<FeedEvent, void> {
  for (let step = events.next(); step.done !== true; step = events.next()) yield step.value;
  yield { type: 'gap', at, to: epochMs(Number.MAX_SAFE_INTEGER) };
}
