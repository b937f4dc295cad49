import { describeFailure, done, type VenueOutcome } from '../../domain/failure.ts';
import type { Halt } from '../../domain/trading/halt.ts';
import { stopsTrading } from '../../domain/parameters/parameter-reading.ts';
import { DAY_MS, MINUTE_MS } from '../../domain/time.ts';
import { type EpochMs, epochMs, usd } from '../../domain/units.ts';
import type { MarketMark } from '../../domain/venue/market-mark.ts';
import type { ProfitSoFar } from '../../domain/venue/view.ts';
import { passedLossLimit } from '../../strategy/guardrails/loss-limits.ts';
import type { WatchedMarket } from './read-stage.ts';
import { WATCHDOG_BOUNDS, type WatchdogDeps } from './watchdog-deps.ts';

/**
 * Halts a market whose loss limit is passed, so that the one who trades is not the only one who
 * judges (C4, C5). The halt that is in force now: this one, or the one that was there.
 */
export async function judgeLosses(
  deps: WatchdogDeps,
  { market, mark, control }: Pick<WatchedMarket, 'market' | 'mark' | 'control'>,
): Promise<Halt | undefined> {
  if (control === undefined || control.halt !== undefined) return control?.halt;
  const { parameters } = control;
  // What is refused says no limit: the one who trades keeps to the last that was accepted.
  if (mark === undefined || parameters.kind === 'refused' || stopsTrading(parameters))
    return undefined;
  const now = deps.clock.now();
  const net = await netPnlNow(deps, mark, now);
  if (!net.ok) {
    deps.log.warn('what the position is worth is not known', {
      market,
      why: describeFailure(net.failure),
    });
    return undefined;
  }
  const passed = passedLossLimit(profitAt(mark, net.value, now), parameters.values);
  if (passed === undefined || (await wasHaltedSince(deps, mark, now))) return undefined;
  const text = `${passed.text}, as the watchdog sees it`;
  const halt = { market, cause: passed.cause, text, at: now, netPnlUsd: usd(net.value) };
  await deps.halts.put(halt);
  await deps.ledger.append({ number: 0, fence: 0, entry: { kind: 'halt', halt } });
  deps.log.error(HALTED, { market, halt });
  return halt;
}

const HALTED = 'halted: delete the item HALT of the market in the State table to trade again';

/**
 * The limits count anew from the lifting of a halt, and a mark that was made before it says nothing
 * of them: until somebody has begun again, a person who lifted it is not overruled.
 */
async function wasHaltedSince(
  { ledger }: Pick<WatchdogDeps, 'ledger'>,
  { market, at }: MarketMark,
  now: EpochMs,
): Promise<boolean> {
  const facts = await ledger.read(market, epochMs(at - MINUTE_MS), epochMs(now + 1));
  return facts.some(({ entry }) => entry.kind === 'halt');
}

/** By the mark while it is young or nothing is held; else as the venue reckons it. */
async function netPnlNow(
  { venue }: Pick<WatchdogDeps, 'venue'>,
  { market, at, position, netPnlUsd, limitsSince, limitsFromUsd }: MarketMark,
  now: EpochMs,
): Promise<VenueOutcome<number>> {
  if (now - at <= WATCHDOG_BOUNDS.markMs || position === 0) return done(netPnlUsd);
  const change = await venue.history.equityChange(market, limitsSince);
  return change.ok ? done(limitsFromUsd + change.value.netUsd) : change;
}

/** A day that began since the mark was made opened with what was seen last. */
function profitAt(
  { at, netPnlUsd, peakUsd, dayOpenUsd, limitsFromUsd }: MarketMark,
  netUsd: number,
  now: EpochMs,
): ProfitSoFar {
  const isNewDay = Math.floor(now / DAY_MS) > Math.floor(at / DAY_MS);
  return {
    sessionUsd: usd(netUsd - limitsFromUsd),
    dayUsd: usd(netUsd - (isNewDay ? netPnlUsd : dayOpenUsd)),
    belowPeakUsd: usd(Math.max(0, peakUsd - netUsd)),
  };
}
