import type { FeedEvent, MarketFeed, QuoteEvent } from '#shared/simulator/feed/feed.ts';
import { syntheticFeed } from '#shared/simulator/synthetic/synthetic-feed.ts';
import { signOf } from '#shared/domain/order/side.ts';
import { bps, epochMs } from '#shared/domain/units.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/domain/time.ts';

/** 2026-01-05T06:00:00Z, a time like any other. */
export const SOME_MORNING = epochMs(1_767_592_800_000);

type Options = Parameters<typeof syntheticFeed>[0];

export const aSyntheticFeed = (options: Partial<Options> = {}): MarketFeed =>
  syntheticFeed({
    coin: 'BTC',
    seed: 1,
    startsAt: SOME_MORNING,
    fees: { makerBps: bps(1.5), takerBps: bps(4.5) },
    fundingIntervalHours: 8,
    ...options,
  });

/** The events of the first hours of a feed. */
export function eventsOf(feed: MarketFeed, hours: number): readonly FeedEvent[] {
  const until = feed.startsAt + hours * HOUR_MS;
  const events: FeedEvent[] = [];
  for (
    let step = feed.events.next();
    step.done !== true && step.value.at <= until;
    step = feed.events.next()
  )
    events.push(step.value);
  return events;
}

/** The next event of a feed that has one. */
export function nextEvent(feed: MarketFeed): FeedEvent {
  const step = feed.events.next();
  if (step.done === true) throw new Error(`the feed of ${feed.spec.symbol} has ended`);
  return step.value;
}

export const isQuote = (event: FeedEvent): event is QuoteEvent =>
  event.type === 'bbo' || event.type === 'book';

export const touchOf = (quote: QuoteEvent): { bid: number; ask: number } =>
  quote.type === 'bbo' ? quote : { bid: quote.bids[0]!, ask: quote.asks[0]! };

/**
 * The mid at a time, which must be asked for in the order of time: of the last quote up to and
 * including it.
 */
export function midAt(events: readonly FeedEvent[]): (at: number) => number {
  let next = 0;
  let mid = Number.NaN;
  return (at) => {
    for (
      let event = events[next];
      event !== undefined && event.at <= at;
      next += 1, event = events[next]
    ) {
      if (!isQuote(event)) continue;
      const { bid, ask } = touchOf(event);
      mid = (bid + ask) / 2;
    }
    return mid;
  };
}

/** Trades of one taker order count as one, at their average price. In bps of the mid before it. */
export interface TakerStatistics {
  /** What the mid moved in the taker's direction. */
  readonly mean: number;
  /**
   * Of the mean, from the scatter of the minutes: moves within a minute overlap and are not
   * independent.
   */
  readonly standardError: number;
}

/**
 * How the market goes on after takers: `move` from the mid before the order to the mid `horizonMs`
 * later, `makerGain` from the order's price to that mid, both in bps, the first in the taker's
 * direction, the second in the makers'.
 */
export function afterTakers(
  events: readonly FeedEvent[],
  horizonMs: number,
): { move: TakerStatistics; makerGain: TakerStatistics } {
  const [before, after] = [midAt(events), midAt(events)];
  const last = events.at(-1)!.at;
  const [moves, gains] = [new Map<number, number[]>(), new Map<number, number[]>()];
  for (const { at, side, price } of takerOrders(events)) {
    if (at + horizonMs > last) break;
    const [mid, later] = [before(at - 1), after(at + horizonMs)];
    const minute = Math.floor(at / MINUTE_MS);
    group(moves, minute).push((signOf(side) * (later - mid) * 10_000) / mid);
    group(gains, minute).push((signOf(side) * (price - later) * 10_000) / mid);
  }
  return { move: clusteredMean(moves), makerGain: clusteredMean(gains) };
}

interface TakerOrder {
  readonly at: number;
  readonly side: 'buy' | 'sell';
  readonly price: number;
}

function takerOrders(events: readonly FeedEvent[]): readonly TakerOrder[] {
  const orders: { at: number; side: 'buy' | 'sell'; value: number; size: number }[] = [];
  for (const event of events) {
    if (event.type !== 'trade') continue;
    const last = orders.at(-1);
    const order =
      last?.at === event.at && last.side === event.side
        ? last
        : { at: event.at, side: event.side, value: 0, size: 0 };
    if (order !== last) orders.push(order);
    order.value += event.price * event.size;
    order.size += event.size;
  }
  return orders.map(({ at, side, value, size }) => ({ at, side, price: value / size }));
}

function group(groups: Map<number, number[]>, key: number): number[] {
  const known = groups.get(key) ?? [];
  groups.set(key, known);
  return known;
}

/**
 * Source: the cluster-robust variance of a mean, e.g. K.-Y. Liang, S. L. Zeger (1986), Biometrika
 * 73.
 */
function clusteredMean(groups: ReadonlyMap<number, readonly number[]>): TakerStatistics {
  const all = [...groups.values()].flat();
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
  const scatter = [...groups.values()].reduce(
    (sum, values) => sum + values.reduce((part, value) => part + value - mean, 0) ** 2,
    0,
  );
  return { mean, standardError: Math.sqrt(scatter) / all.length };
}
