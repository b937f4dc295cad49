import { describeFailure, wordsOf } from '../../domain/failure.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { FundingRate } from '../../domain/venue/market.ts';
import { describeProblems } from '../../domain/parameters/parameter-reading.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { FundingTilt } from '../../domain/trading/tilt.ts';
import { recommendFunding } from '../../funding/funding-recommendation.ts';
import { inBatches } from '../in-batches.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Control, ControlStore } from '../../ports/stores/control-store.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { Log } from '../../ports/log.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { TiltStore } from '../../ports/stores/tilt-store.ts';

export interface FundingCheckDeps {
  readonly clock: Clock;
  readonly data: MarketData;
  readonly control: ControlStore;
  readonly tilts: TiltStore;
  readonly events: EventBus;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What the check says of one market (D3). */
export type FundingCheck =
  | {
      readonly kind: 'checked';
      readonly tilt: FundingTilt;
      /** False: this funding time was checked before. */
      readonly set: boolean;
    }
  | { readonly kind: 'skipped'; readonly market: MarketId; readonly why: string }
  | { readonly kind: 'failed'; readonly market: MarketId; readonly why: string };

/** Markets whose rates are asked for at once. */
const AT_ONCE = 8;

/**
 * Before a funding settlement: what to lean to until then, per market, set once per funding time
 * (D1, D2, D3). One market's failure does not stop the others.
 */
export async function runFundingCheck(
  deps: FundingCheckDeps,
  markets: readonly MarketId[],
): Promise<readonly FundingCheck[]> {
  const readings = await deps.control.read(markets);
  const checks = await inBatches(markets, AT_ONCE, (one) => check(deps, one, readings.get(one)));
  deps.metrics.flush();
  return checks;
}

async function check(
  deps: FundingCheckDeps,
  market: MarketId,
  reading: Control | undefined,
): Promise<FundingCheck> {
  try {
    return await checkMarket(deps, market, reading);
  } catch (error) {
    return sayFailed(deps, market, wordsOf(error));
  }
}

async function checkMarket(
  deps: FundingCheckDeps,
  market: MarketId,
  reading: Control | undefined,
): Promise<FundingCheck> {
  const { data, tilts, events, clock, log, metrics } = deps;
  if (reading === undefined) return sayFailed(deps, market, 'the parameters could not be read');
  if (reading.halt !== undefined) return { kind: 'skipped', market, why: 'halted' };
  const { parameters } = reading;
  if (parameters.kind === 'refused') {
    return sayFailed(
      deps,
      market,
      `parameters refused: ${describeProblems(parameters).join('; ')}`,
    );
  }
  if (parameters.values.mode === 'off') return { kind: 'skipped', market, why: 'mode is off' };
  const funding = await data.funding(market);
  if (!funding.ok) return sayFailed(deps, market, describeFailure(funding.failure));
  if (funding.value.nextAt <= clock.now())
    return sayFailed(deps, market, 'the venue names a funding time that has passed');
  const tilt = tiltOf(market, funding.value, parameters.values, clock.now());
  const set = await tilts.set(tilt);
  metrics.add('FundingChecked', 'Count', 1);
  log.info('funding check', { tilt, set });
  if (set) {
    const { action, rateBps, annualisedYieldPct, fundingTime } = tilt;
    const figures = { action, rateBps, annualisedYieldPct, fundingTime, at: clock.now() };
    await events.put({ type: 'FundingTiltSet', market, ...figures });
  }
  return { kind: 'checked', tilt, set };
}

function tiltOf(
  market: MarketId,
  funding: FundingRate,
  {
    fundingMinRateBps,
    fundingTiltRatio,
  }: Pick<Parameters, 'fundingMinRateBps' | 'fundingTiltRatio'>,
  now: FundingTilt['setAt'],
): FundingTilt {
  const recommended = recommendFunding(funding, fundingMinRateBps, fundingTiltRatio);
  const rate = `${recommended.rateBps.toFixed(3)} bps per ${funding.intervalHours} h`;
  const reason = `${rate} against a minimum of ${fundingMinRateBps} bps`;
  const { nextAt } = funding;
  return { market, ...recommended, fundingTime: nextAt, setAt: now, expiresAt: nextAt, reason };
}

function sayFailed(
  { log, metrics }: FundingCheckDeps,
  market: MarketId,
  why: string,
): FundingCheck {
  log.error('funding check failed', { market, why });
  metrics.add('FundingCheckFailed', 'Count', 1);
  return { kind: 'failed', market, why };
}
