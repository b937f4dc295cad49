import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DecisionWatch } from '#shared/cycles/requote/decision-record.ts';
import { inventoryCapUsd } from '#shared/domain/inventory-cap.ts';
import { MINUTE_MS, SECOND_MS } from '#shared/domain/time.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { parseStage } from '#shared/schema/deployment.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import {
  createExchangeServer,
  type ExchangeServer,
} from '../exchange-server/create-exchange-server.ts';
import { createCapsInForce } from './caps-in-force.ts';
import { type LocalCloud, startLocalCloud } from './local-cloud.ts';
import { createOpened } from './opened.ts';
import { type ParameterItems, parametersIn } from './parameters-file.ts';
import { observeRun } from './run-observer.ts';
import { type RunResult, runResult } from './run-result.ts';
import { synthesizeDeployment } from './synthesize.ts';
import { createVirtualClock, type VirtualClock } from '../../../shared/simulation/virtual-clock.ts';

export interface RunOptions {
  readonly feeds: readonly MarketFeed[];
  /** The market is switched off then. */
  readonly stopAt: EpochMs;
  readonly parameters: ParameterItems;
  readonly fillModel: FillModel;
  /** Each way, between the functions and the exchange. */
  readonly latencyMs: number;
  /** Of the exchange; 0: any free one. */
  readonly port: number;
  /** How much faster than the wall clock; undefined: as fast as it goes. */
  readonly speed: number | undefined;
  readonly onStart?: (running: Running) => void;
  readonly onTime?: (now: EpochMs) => void;
  readonly onDecision?: DecisionWatch | undefined;
}

/** What a person or a test can reach while it runs. */
export interface Running {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly exchangeUrl: string;
  readonly cloud: LocalCloud;
}

/** Each way, in ms: a Lambda in another data centre than the venue. */
export const LATENCY_MS = 50;
/** The account the deployment trades on. */
export const ACCOUNT_KEY = 'pf_test_local';
const DEPOSIT_USD = 100_000;
const MAX_LEVERAGE = 10;
const RATE_LIMIT_PER_MINUTE = 1000;
/** After the switch-off, for sessions to cancel, look and let go. */
const WIND_DOWN_MS = 2 * MINUTE_MS;

/**
 * Makes markets on this machine: the synthesized deployment against the simulated exchange, in
 * simulated time.
 */
export async function runMarketMaking(options: RunOptions): Promise<RunResult> {
  const beganAt = performance.now();
  const startsAt = epochMs(Math.min(...options.feeds.map((feed) => feed.startsAt)));
  const clock = createVirtualClock({ startsAt, beforeJump: paced(options, startsAt) });
  const exchange = createExchange({
    feeds: options.feeds,
    fillModel: options.fillModel,
    startsAt,
    depositUsd: DEPOSIT_USD,
    maxLeverage: MAX_LEVERAGE,
  });
  const caps = createCapsInForce(clock, (market) =>
    inventoryCapUsd(parametersIn(options.parameters, market, 'parameters')),
  );
  const observer = observeRun(exchange, ACCOUNT_KEY, caps.of);
  const opened = createOpened();
  try {
    const server = opened.add(await serve(exchange, clock, options));
    const cloud = opened.add(
      await startLocalCloud({
        deployment: synthesizeDeployment(stageOf(options.feeds, server.url)),
        platform: {
          clock,
          onDecision: (made) => {
            caps.decided(made);
            options.onDecision?.(made);
          },
        },
        secretValue: JSON.stringify({ 'purple-flea': { apiKey: ACCOUNT_KEY } }),
      }),
    );
    for (const [item, attributes] of Object.entries(options.parameters))
      await cloud.tables.put(cloud.table('Parameters'), { ...attributes, market: item });
    options.onStart?.({ clock, exchange, exchangeUrl: server.url, cloud });
    await playOut(cloud, clock, options);
    exchange.advanceTo(clock.now());
    return await runResult({
      cloud,
      exchange,
      observer,
      requests: server.requests(),
      accountKey: ACCOUNT_KEY,
      from: startsAt,
      to: clock.now(),
      wallMs: performance.now() - beganAt,
    });
  } finally {
    await opened.close();
  }
}

/**
 * Lets the deployment trade until `stopAt`, switches it off as a person would, and waits until
 * every session has left.
 */
async function playOut(
  cloud: LocalCloud,
  clock: VirtualClock,
  { feeds, stopAt }: RunOptions,
): Promise<void> {
  clock.at(stopAt, 'switch-off', async () => {
    for (const { spec } of feeds)
      await cloud.tables.set(cloud.table('Parameters'), { market: spec.symbol }, 'mode', 'off');
    cloud.stopSchedules();
  });
  await clock.runUntil(stopAt);
  const giveUpAt = stopAt + WIND_DOWN_MS;
  while (cloud.running() > 0 && clock.now() < giveUpAt)
    await clock.runUntil(epochMs(clock.now() + SECOND_MS));
}

/** Simulated time never runs ahead of the wall clock times the speed. */
function paced({ speed, onTime }: RunOptions, startsAt: EpochMs): (to: EpochMs) => Promise<void> {
  let beganAt: number | undefined;
  return async (to) => {
    onTime?.(to);
    if (speed === undefined) return;
    beganAt ??= performance.now();
    const aheadMs = (to - startsAt) / speed - (performance.now() - beganAt);
    if (aheadMs > 1) await sleep(aheadMs);
  };
}

async function serve(
  exchange: Exchange,
  clock: VirtualClock,
  { latencyMs, port }: RunOptions,
): Promise<ExchangeServer> {
  return createExchangeServer({
    exchange,
    sessions: createQuotingSessions(exchange),
    now: clock.now,
    delay: (activity) => clock.sleepFor(activity, latencyMs),
    rateLimitPerMinute: RATE_LIMIT_PER_MINUTE,
    port,
    onError: clock.fail,
  });
}

function stageOf(feeds: readonly MarketFeed[], baseUrl: string): ReturnType<typeof parseStage> {
  const fundingIntervalHours = Math.min(...feeds.map((feed) => feed.fundingIntervalHours));
  return parseStage({
    name: 'local',
    venues: { 'purple-flea': { baseUrl, fundingIntervalHours } },
    markets: feeds.map(({ spec }) => ({ symbol: spec.symbol, venue: 'purple-flea' })),
  });
}
