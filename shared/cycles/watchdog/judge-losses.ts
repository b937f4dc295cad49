import { describeFailure, done, type VenueOutcome } from '../../domain/failure.ts';
import type { Halt, HaltOrder } from '../../domain/trading/halt.ts';
import { stopsTrading } from '../../domain/parameters/parameter-reading.ts';
import { DAY_MS } from '../../domain/time.ts';
import { type EpochMs, type Usd, usd } from '../../domain/units.ts';
import type { MarketMark } from '../../domain/venue/market-mark.ts';
import type { ProfitSoFar } from '../../domain/venue/view.ts';
import type { Control } from '../../ports/stores/control-store.ts';
import { putHalt } from '../put-halt.ts';
import { passedLossLimit } from '../../strategy/guardrails/loss-limits.ts';
import { noteHalt, wasHaltedSince } from './halt-facts.ts';
import { answersFor } from './is-owned.ts';
import { type WatchedMarket, wasLeftInOrder } from './read-stage.ts';
import { WATCHDOG_BOUNDS, type WatchdogDeps } from './watchdog-deps.ts';

/**
 * Halts a market whose loss limit is passed, so that the one who trades is not the only one who
 * judges (C4, C5). What halts it now: a limit, or the halt that was there.
 */
export async function judgeLosses(
  deps: WatchdogDeps,
  watched: Pick<WatchedMarket, 'market' | 'mark' | 'control' | 'lease' | 'askedAt'>,
): Promise<Halt | undefined> {
  const { market, mark, control } = watched;
  if (control === undefined) return undefined;
  if (control.halt !== undefined) {
    await noteHalt(deps, control.halt, mark);
    return control.halt;
  }
  if (mark === undefined) return undefined;
  const now = deps.clock.now();
  const net = await netPnlNow(deps, watched, mark, now);
  if (!net.ok) {
    deps.log.warn('what the position is worth is not known', {
      market,
      why: describeFailure(net.failure),
    });
    return undefined;
  }
  const profit = profitAt(mark, net.value, now);
  if (passedBy(profit, control) === undefined) return undefined;
  return halted(deps, mark, profit, usd(net.value));
}

/** What is refused says no limit: the one who trades keeps to the last that was accepted. */
const passedBy = (profit: ProfitSoFar, { parameters }: Control): HaltOrder | undefined =>
  parameters.kind === 'refused' || stopsTrading(parameters)
    ? undefined
    : passedLossLimit(profit, parameters.values);

/**
 * By what people say now, and at once: a limit may have been raised, a halt been put and lifted,
 * while this function stood still. What took too long is judged anew at the next look.
 */
async function halted(
  deps: WatchdogDeps,
  mark: MarketMark,
  profit: ProfitSoFar,
  netPnlUsd: Usd,
): Promise<Halt | undefined> {
  const { market } = mark;
  const at = deps.clock.now();
  const [control, wasHalted] = await Promise.all([
    deps.control.read([market]).then((all) => all.get(market)),
    wasHaltedSince(deps, mark, at),
  ]);
  if (control?.halt !== undefined) return control.halt;
  const passed = control === undefined ? undefined : passedBy(profit, control);
  const isSlow = deps.clock.now() - at > WATCHDOG_BOUNDS.freshMs;
  if (passed === undefined || wasHalted || isSlow) return undefined;
  const text = `${passed.text}, as the watchdog sees it`;
  const halt = { market, cause: passed.cause, text, at, netPnlUsd };
  await putHalt(deps, halt);
  return halt;
}

/**
 * By the mark while it is young and somebody trades on, or where the market was left flat and in
 * order; else as the venue reckons it: what rested when its holder died may have been filled since.
 */
async function netPnlNow(
  { venue }: Pick<WatchdogDeps, 'venue'>,
  { lease, askedAt }: Pick<WatchedMarket, 'lease' | 'askedAt'>,
  { market, at, position, netPnlUsd, limitsSince, limitsFromUsd }: MarketMark,
  now: EpochMs,
): Promise<VenueOutcome<number>> {
  const isTraded = answersFor(lease, market, askedAt) && now - at <= WATCHDOG_BOUNDS.markMs;
  if (isTraded || (position === 0 && wasLeftInOrder(lease))) return done(netPnlUsd);
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
