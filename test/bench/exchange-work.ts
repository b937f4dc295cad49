import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type EpochMs, bps, epochMs, usd } from '#shared/domain/units.ts';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed/feed.ts';
import type { ExchangeModules } from './exchange-modules.ts';

const FEES = { makerBps: bps(1.5), takerBps: bps(4.5) };
const MADE_FROM = epochMs(Date.UTC(2026, 0, 5, 6, 30));
const MADE_HOURS = 6;
const KEY = 'pf_test_bench';
const REQUOTE_EVERY_MS = 3000;

/** A market whose events are held in memory, so that they can be played again and again. */
export interface Market {
  readonly feed: MarketFeed;
  readonly events: readonly FeedEvent[];
  readonly endsAt: EpochMs;
  /** What it took to read or to make them. */
  readonly loadedPerCpuSecond: number;
}

/** Events per CPU-second, threads of the garbage collector and the compiler counted. */
export interface Played {
  readonly perCpuSecond: number;
  readonly fills: number;
  /** Of every fill: id, time, side, price, size, fee. */
  readonly fillsDigest: string;
}

/** Six hours of made-up BTC. */
export function madeMarket({ syntheticFeed }: ExchangeModules): Market {
  const feed = syntheticFeed({
    coin: 'BTC',
    seed: 1,
    startsAt: MADE_FROM,
    fees: FEES,
    fundingIntervalHours: 8,
  });
  return loaded(feed, epochMs(MADE_FROM + MADE_HOURS * 3_600_000));
}

export const recordedMarket = (modules: ExchangeModules, path: string): Market => {
  const feed = tapeOf(modules, path);
  return loaded(feed, feed.endsAt ?? feed.startsAt);
};

export const tapeOf = ({ tapeFeed, readTapeFile }: ExchangeModules, path: string): MarketFeed =>
  tapeFeed(basename(path), readTapeFile(path), { fees: FEES, minNotionalUsd: usd(10) });

function loaded(feed: MarketFeed, endsAt: EpochMs): Market {
  const events: FeedEvent[] = [];
  const cpuSeconds = cpuSecondsOf(() => {
    for (
      let step = feed.events.next();
      step.done !== true && step.value.at <= endsAt;
      step = feed.events.next()
    )
      events.push(step.value);
  });
  return { feed, events, endsAt, loadedPerCpuSecond: events.length / cpuSeconds };
}

/** Plays a market once through an exchange of its own; `quoting`: two quotes moved every 3 s. */
export function played(modules: ExchangeModules, market: Market, quoting: boolean): Played {
  const feed = { ...market.feed, events: market.events[Symbol.iterator]() };
  let exchange: Exchange | undefined;
  const cpuSeconds = cpuSecondsOf(() => {
    exchange = playThrough(modules, feed, market.endsAt, quoting);
  });
  const fills = exchange?.account(KEY).fills(feed.spec.symbol) ?? [];
  const hash = createHash('sha256');
  for (const { id, at, side, price, size, feeUsd } of fills)
    hash.update(`${id} ${at} ${side} ${price} ${size} ${feeUsd}\n`);
  return {
    perCpuSecond: market.events.length / cpuSeconds,
    fills: fills.length,
    fillsDigest: hash.digest('hex').slice(0, 16),
  };
}

/** A feed from its first event to its last, as fast as it goes. */
export function playThrough(
  { createExchange }: ExchangeModules,
  feed: MarketFeed,
  endsAt: EpochMs,
  quoting: boolean,
): Exchange {
  const exchange = createExchange({
    feeds: [feed],
    fillModel: 'queue',
    startsAt: feed.startsAt,
    depositUsd: 1_000_000,
    maxLeverage: 10,
  });
  for (let at = feed.startsAt + REQUOTE_EVERY_MS; at <= endsAt; at += REQUOTE_EVERY_MS) {
    exchange.advanceTo(epochMs(at));
    if (quoting) requote(exchange, feed);
  }
  exchange.advanceTo(endsAt);
  return exchange;
}

/** A quote on each side, half a basis point and three from the mid in turn: some of them fill. */
function requote(exchange: Exchange, { spec }: MarketFeed): void {
  const mid = exchange.market(spec.symbol)?.mid();
  if (mid === undefined) return;
  exchange.cancelAll(KEY, spec.symbol);
  const near = Math.round(exchange.now() / REQUOTE_EVERY_MS) % 2 === 0;
  const away = near ? 0.00005 : 0.0003;
  const { numerator, scale } = spec.tick;
  for (const side of ['buy', 'sell'] as const) {
    const ticks = (mid * (side === 'buy' ? 1 - away : 1 + away) * scale) / numerator;
    exchange.place(KEY, {
      market: spec.symbol,
      side,
      price: (Math.round(ticks) * numerator) / scale,
      size: 500 / mid,
      timeInForce: 'GTC',
      postOnly: true,
      reduceOnly: false,
    });
  }
}

function cpuSecondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
