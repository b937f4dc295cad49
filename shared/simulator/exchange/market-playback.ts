import { InvariantError } from '../../domain/failure.ts';
import type { MarketSymbol } from '../../domain/venue/market.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { FeedEvent } from '../feed/feed.ts';
import type { FundingSettlement } from './funding-settlement.ts';
import type { SimulatedMarket } from './simulated-market.ts';

/** Plays the feeds of all markets and the funding boundaries in one order of time. */
export interface MarketPlayback {
  /** Plays everything up to and including `until`. */
  playTo(until: EpochMs): void;
}

/** Who hears of each event and each boundary. */
export interface PlaybackHearer {
  /** Its time, before it happens. */
  before(at: EpochMs): void;
  /** Of events only: after it, and before the next. */
  after(market: MarketSymbol, at: EpochMs): void;
}

interface Track {
  readonly market: SimulatedMarket;
  next: FeedEvent | undefined;
}

export function createMarketPlayback(
  markets: readonly SimulatedMarket[],
  funding: FundingSettlement,
  hearer: PlaybackHearer,
): MarketPlayback {
  const tracks: Track[] = markets.map((market) => ({ market, next: pull(market) }));
  return {
    playTo(until) {
      for (;;) {
        const track = earliest(tracks);
        const event = track?.next;
        const boundary = funding.nextAt();
        // A boundary settles on what was true before it: rows stamped with its own millisecond come
        // after.
        if (
          boundary !== undefined &&
          boundary <= until &&
          (event === undefined || boundary <= event.at)
        ) {
          hearer.before(boundary);
          funding.settle();
          continue;
        }
        if (track === undefined || event === undefined || event.at > until) return;
        hearer.before(event.at);
        track.market.apply(event);
        track.next = pull(track.market, event.at);
        hearer.after(track.market.feed.spec.symbol, event.at);
      }
    },
  };
}

function pull(market: SimulatedMarket, after = 0): FeedEvent | undefined {
  const step = market.feed.events.next();
  if (step.done === true) return undefined;
  const event = step.value;
  if (event.at < after)
    throw new InvariantError(
      `the feed of ${market.feed.spec.symbol} goes back from ${after} to ${event.at}`,
    );
  return event;
}

function earliest(tracks: readonly Track[]): Track | undefined {
  let first: Track | undefined;
  for (const track of tracks) {
    if (track.next !== undefined && (first?.next === undefined || track.next.at < first.next.at))
      first = track;
  }
  return first;
}
