import { grid } from '#shared/domain/grid.ts';
import { bps, epochMs, type EpochMs, usd } from '#shared/domain/units.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed/feed.ts';

/** 2026-01-05 07:59:00 UTC: a minute before a funding boundary. */
export const START = epochMs(Date.UTC(2026, 0, 5, 7, 59));

export const after = (ms: number): EpochMs => epochMs(START + ms);

export interface HandFeed {
  readonly symbol?: string;
  readonly tick?: number;
  readonly lot?: number;
  readonly makerBps?: number;
  readonly takerBps?: number;
  readonly minNotionalUsd?: number;
  readonly fundingIntervalHours?: number;
  readonly endsAt?: EpochMs;
}

/** A market whose outside world is written down event by event, or is made as it is asked for. */
export function handFeed(events: Iterable<FeedEvent>, options: HandFeed = {}): MarketFeed {
  return {
    spec: {
      symbol: options.symbol ?? 'BTC-PERP',
      tick: grid(options.tick ?? 0.1),
      lot: grid(options.lot ?? 0.001),
      minNotionalUsd: usd(options.minNotionalUsd ?? 10),
      fees: { makerBps: bps(options.makerBps ?? -2.5), takerBps: bps(options.takerBps ?? 5) },
      simulated: true,
    },
    fundingIntervalHours: options.fundingIntervalHours ?? 8,
    startsAt: START,
    endsAt: options.endsAt,
    events: events[Symbol.iterator](),
  };
}

/** A touch, `afterMs` after START. */
export const touch = (afterMs: number, bid: number, ask: number, size = 5): FeedEvent => ({
  type: 'bbo',
  at: after(afterMs),
  bid,
  bidSize: size,
  ask,
  askSize: size,
});

/** Somebody else's taker. */
export const print = (
  afterMs: number,
  side: 'buy' | 'sell',
  price: number,
  size: number,
): FeedEvent => ({
  type: 'trade',
  at: after(afterMs),
  price,
  size,
  side,
});

export const fundingRate = (afterMs: number, rate: number): FeedEvent => ({
  type: 'funding',
  at: after(afterMs),
  rate,
  intervalHours: 8,
});

export const gap = (afterMs: number, untilMs: number): FeedEvent => ({
  type: 'gap',
  at: after(afterMs),
  to: after(untilMs),
});
