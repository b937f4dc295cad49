import { InvariantError } from '../../domain/failure.ts';
import type { MarketSymbol } from '../../domain/market.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { FeedEvent } from '../feed/feed.ts';
import type { FundingSettlement } from './funding-settlement.ts';
import type { SimulatedMarket } from './simulated-market.ts';

/** Plays the feeds of all markets and the funding boundaries in one order of time. */
export interface MarketPlayback {
  /**
   * Plays everything up to and including `at`; `onTime` hears the time of each event before it
   * happens.
   */
  playTo(at: EpochMs, onTime: (eventAt: EpochMs) => void): void;
}

interface Track {
  readonly market: SimulatedMarket;
  next: FeedEvent | undefined;
}

export function createMarketPlayback(
  markets: readonly SimulatedMarket[],
  funding: FundingSettlement,
  onTick: (market: MarketSymbol, at: EpochMs) => void,
): MarketPlayback {
  const tracks: Track[] = markets.map((market) => ({ market, next: pull(market) }));
  return {
    playTo(until, onTime) {
      for (;;) {
        const track = earliest(tracks);
        const event = track?.next;
        const boundary = funding.nextAt();
        const eventAt = event === undefined || event.at > until ? undefined : event.at;
        // A boundary settles on what was true before it: rows stamped with its own millisecond come
        // after.
        if (
          boundary !== undefined &&
          boundary <= until &&
          (eventAt === undefined || boundary <= eventAt)
        ) {
          onTime(boundary);
          funding.settle();
          continue;
        }
        if (track === undefined || event === undefined || eventAt === undefined) return;
        onTime(eventAt);
        track.market.apply(event);
        track.next = pull(track.market, event.at);
        onTick(track.market.feed.spec.symbol, eventAt);
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
