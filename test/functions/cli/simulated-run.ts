import { bps, type EpochMs, epochMs } from '#shared/domain/units.ts';
import type { RunResult } from '#shared/simulation/result.ts';
import { LATENCY_MS, simulate, type SimulationOptions } from '#shared/simulation/simulate.ts';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { syntheticFeeds } from '../../../functions/cli/exchange-feeds.ts';
import { cloudHost, type Running } from '../../../functions/cli/local-cloud/cloud-host.ts';
import {
  type ParameterItems,
  parametersIn,
} from '../../../functions/cli/local-cloud/parameters-file.ts';

export const FEES = { makerBps: bps(1.5), takerBps: bps(4.5) };

/** Ten minutes before the funding check of 08:00. */
export const BEGIN: EpochMs = epochMs(Date.UTC(2026, 0, 5, 7, 45));

/** Made-up markets from BEGIN on. */
export const madeUp = (symbols: readonly string[], seed = 1): readonly MarketFeed[] =>
  syntheticFeeds(symbols, seed, BEGIN, FEES);

/** A simulation as `npm start` makes it. */
export const simulation = (
  feeds: readonly MarketFeed[],
  minutes: number,
  parameters: ParameterItems,
): SimulationOptions => ({
  feeds,
  parameters,
  fillModel: 'queue',
  latencyMs: LATENCY_MS,
  stopAt: epochMs(BEGIN + minutes * 60_000),
  parametersOf: (market) => parametersIn(parameters, market, 'parameters'),
});

/** The cloud while it runs, and the exchange behind it. */
export interface CloudRunning extends Running {
  readonly exchange: Exchange;
}

export interface CloudRun {
  readonly result: RunResult;
  readonly cloud: Running['cloud'];
  readonly exchange: Exchange;
}

/** Plays it on the local cloud; `during` may reach into it once it has started. */
export async function runOnCloud(
  options: SimulationOptions,
  during: (running: CloudRunning) => void = () => undefined,
): Promise<CloudRun> {
  let running: Running | undefined;
  let played: CloudRunning | undefined;
  const host = cloudHost({
    port: 0,
    onStart(started) {
      running = started;
    },
  });
  const result = await simulate(
    {
      ...options,
      onStart(_clock, exchange) {
        if (running === undefined) throw new Error('the host has not started');
        played = { ...running, exchange };
        during(played);
      },
    },
    host,
  );
  if (played === undefined) throw new Error('it never started');
  return { result, cloud: played.cloud, exchange: played.exchange };
}
