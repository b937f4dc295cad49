import { describeFailure } from '../../domain/failure.ts';
import type { FundingRate } from '../../domain/market.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { describeProblems } from '../../domain/parameter-reading.ts';
import type { ParameterVersion } from '../../domain/parameters.ts';
import type { FundingTilt } from '../../domain/tilt.ts';
import { recommendFunding } from '../../funding/funding-recommendation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { ParameterStore } from '../../ports/parameter-store.ts';
import type { TiltStore } from '../../ports/tilt-store.ts';
import type { Venue } from '../../ports/venue.ts';

export interface FundingCheckDeps {
  readonly clock: Clock;
  readonly venue: Venue;
  readonly parameters: ParameterStore;
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
      /** False: this funding time was checked before. */ readonly set: boolean;
    }
  | { readonly kind: 'failed'; readonly market: MarketId; readonly why: string };

/**
 * Before a funding settlement: what to lean to until then, per market, set once per funding time
 * (D1, D2, D3). One market's failure does not stop the others.
 */
export async function runFundingCheck(
  deps: FundingCheckDeps,
  markets: readonly MarketId[],
): Promise<readonly FundingCheck[]> {
  const checks: FundingCheck[] = [];
  for (const market of markets) checks.push(await checkMarket(deps, market));
  deps.metrics.flush();
  return checks;
}

async function checkMarket(deps: FundingCheckDeps, market: MarketId): Promise<FundingCheck> {
  const { venue, parameters, tilts, events, clock, log, metrics } = deps;
  const [funding, reading] = await Promise.all([
    venue.fundingRate(market),
    parameters.read(market),
  ]);
  if (!funding.ok) return sayFailed(deps, market, describeFailure(funding.failure));
  if (reading.kind === 'refused')
    return sayFailed(deps, market, `parameters refused: ${describeProblems(reading).join('; ')}`);
  if (funding.value.nextAt <= clock.now())
    return sayFailed(deps, market, 'the venue names a funding time that has passed');
  const tilt = tiltOf(market, funding.value, reading, deps);
  const set = await tilts.set(tilt);
  metrics.add('FundingChecked', 'Count', 1);
  log.info('funding check', { tilt, set });
  if (set) {
    const { action, rateBps, annualisedYieldPct, fundingTime } = tilt;
    await events.put({
      type: 'FundingTiltSet',
      market,
      action,
      rateBps,
      annualisedYieldPct,
      fundingTime,
      at: clock.now(),
    });
  }
  return { kind: 'checked', tilt, set };
}

function tiltOf(
  market: MarketId,
  funding: FundingRate,
  { values }: ParameterVersion,
  { clock }: FundingCheckDeps,
): FundingTilt {
  const recommended = recommendFunding(funding, values.fundingMinRateBps, values.fundingTiltRatio);
  const reason = `${recommended.rateBps.toFixed(3)} bps per ${funding.intervalHours} h against a minimum of ${values.fundingMinRateBps} bps`;
  return {
    market,
    ...recommended,
    fundingTime: funding.nextAt,
    setAt: clock.now(),
    expiresAt: funding.nextAt,
    reason,
  };
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
