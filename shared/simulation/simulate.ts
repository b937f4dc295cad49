import type { GroupWatch } from '../cycles/requote/group-deps.ts';
import { inventoryCapUsd } from '../domain/books/inventory-cap.ts';
import { type MarketId, marketId, symbolOf } from '../domain/venue/market-id.ts';
import type { MarketSymbol } from '../domain/venue/market.ts';
import type { Parameters } from '../domain/parameters/parameters.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { epochMs, type EpochMs } from '../domain/units.ts';
import { createExchange, type Exchange } from '../simulator/exchange/exchange.ts';
import type { FillModel } from '../simulator/exchange/matching/queue-position.ts';
import type { FeedEvent, MarketFeed } from '../simulator/feed/feed.ts';
import { createCapsInForce } from './caps-in-force.ts';
import type { Host, RunningHost } from './host.ts';
import { observeRun } from './observer.ts';
import { type RunResult, runResult } from './result.ts';
import type { SimulatedClock } from './simulated-clock.ts';

export interface SimulationOptions {
  readonly feeds: readonly MarketFeed[];
  /** Every market is switched off then. */
  readonly stopAt: EpochMs;
  /** Items of the Parameters table: `DEFAULT`, and markets by symbol. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What these items put in force in a market. */
  readonly parametersOf: (market: MarketSymbol) => Parameters;
  readonly fillModel: FillModel;
  /** Each way, between the functions and the exchange. */
  readonly latencyMs: number;
  readonly watch?: GroupWatch | undefined;
  /** Called before time jumps; may delay it, to slow a run down to a person's pace. */
  readonly beforeJump?: (to: EpochMs) => Promise<void> | void;
  /** While it runs: what a person or a test can reach. */
  readonly onStart?: (clock: SimulatedClock, exchange: Exchange) => void;
}

/** The venue whose face the simulated exchange wears. */
export const SIMULATED_VENUE = 'purple-flea';
export const simulatedMarket = (symbol: MarketSymbol): MarketId =>
  marketId(SIMULATED_VENUE, symbol);

/** Each way, in ms: a Lambda in another data centre than the venue. */
export const LATENCY_MS = 50;
/** The account the deployment trades on. */
export const ACCOUNT_KEY = 'pf_test_local';
const DEPOSIT_USD = 100_000;
const MAX_LEVERAGE = 10;
/** After the switch-off, for sessions to cancel, look and let go. */
const WIND_DOWN_MS = 2 * MINUTE_MS;

/**
 * Makes markets in simulated time: a deployment on a host, against the simulated exchange; then the
 * figures of the run.
 */
export async function simulate<Clock extends SimulatedClock>(
  options: SimulationOptions,
  host: Host<Clock>,
): Promise<RunResult> {
  const beganAt = performance.now();
  const { feeds, latencyMs, parametersOf } = options;
  const startsAt = epochMs(Math.min(...feeds.map((feed) => feed.startsAt)));
  const clock = host.clock({ startsAt, beforeJump: options.beforeJump ?? (() => undefined) });
  const exchange = createExchange({
    feeds: feeds.map((feed) => ({ ...feed, events: endingTheRun(feed.events, clock.fail) })),
    startsAt,
    fillModel: options.fillModel,
    depositUsd: DEPOSIT_USD,
    maxLeverage: MAX_LEVERAGE,
  });
  const markets = feeds.map(({ spec }) => simulatedMarket(spec.symbol));
  const caps = createCapsInForce(clock, (market) => inventoryCapUsd(parametersOf(market)));
  const observer = observeRun(exchange, ACCOUNT_KEY, caps.of);
  const running = await host.open({
    clock,
    exchange,
    accountKey: ACCOUNT_KEY,
    markets,
    latencyMs,
    fundingIntervalHours: Math.min(...feeds.map((feed) => feed.fundingIntervalHours)),
    parameters: byFullName(options.parameters, markets),
    parametersOf,
    watch: {
      onDecision(market, record) {
        caps.decided(record);
        options.watch?.onDecision?.(market, record);
      },
      onStep: options.watch?.onStep,
    },
  });
  try {
    options.onStart?.(clock, exchange);
    await playOut(running, clock, options.stopAt);
    exchange.advanceTo(clock.now());
    return await runResult({
      host: running,
      exchange,
      markets,
      observer,
      accountKey: ACCOUNT_KEY,
      from: startsAt,
      to: clock.now(),
      wallMs: performance.now() - beganAt,
    });
  } finally {
    await running.close();
  }
}

/** A tape that is refused half-way ends the run, whoever was asking the venue then. */
function* endingTheRun(
  events: Iterator<FeedEvent>,
  fail: (error: unknown) => void,
): Generator<FeedEvent, void> {
  try {
    for (let next = events.next(); next.done !== true; next = events.next()) yield next.value;
  } catch (error) {
    fail(error);
    throw error;
  }
}

/** Items by what the table names them. */
const byFullName = (
  items: SimulationOptions['parameters'],
  markets: readonly MarketId[],
): SimulationOptions['parameters'] =>
  Object.fromEntries(
    Object.entries(items).map(([name, attributes]) => [
      markets.find((market) => symbolOf(market) === name) ?? name,
      attributes,
    ]),
  );

/**
 * Lets the deployment trade until `stopAt`, switches it off as a person would, and waits until
 * every session has left.
 */
async function playOut(host: RunningHost, clock: SimulatedClock, stopAt: EpochMs): Promise<void> {
  clock.at(stopAt, 'switch-off', () => host.switchOff());
  await clock.runUntil(stopAt);
  const giveUpAt = stopAt + WIND_DOWN_MS;
  while (host.running() > 0 && clock.now() < giveUpAt)
    await clock.runUntil(epochMs(clock.now() + SECOND_MS));
}
