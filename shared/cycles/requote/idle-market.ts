import type { Control } from '../../ports/stores/control-store.ts';
import { GROUP_BOUNDS } from './bounds.ts';
import { putLevels } from './beside/levels.ts';
import { isOurs, type MarketShift } from './market-shift.ts';
import { restWhile } from './nap.ts';
import { forbidden } from './lease/readiness.ts';

/**
 * A market that needs nobody watches, beside others at work, whether it may be traded again: at
 * once when what forbade it is gone, after `waitMs` where nothing that can be read forbids it.
 * False when nobody of the group is at work any more, or the shift is to be left.
 */
export async function mayTradeAgain(at: MarketShift, waitMs: number): Promise<boolean> {
  const { clock } = at.deps;
  const tryFrom = clock.now() + waitMs;
  let wasForbidden = false;
  let reportAt = clock.now() + GROUP_BOUNDS.reportEveryMs;
  const goesOn = (): boolean => isWorthWatching(at);
  for (;;) {
    await restWhile(goesOn, at, GROUP_BOUNDS.controlEveryMs);
    if (!goesOn()) return false;
    const control = await controlOf(at);
    if (control === undefined) continue;
    const isForbidden = await forbids(at, control);
    if (clock.now() >= reportAt) {
      reportAt = clock.now() + GROUP_BOUNDS.reportEveryMs;
      report(at, control);
    }
    if (!isForbidden && (wasForbidden || clock.now() >= tryFrom)) return goesOn();
    wasForbidden = isForbidden;
  }
}

function isWorthWatching({ deps, shift, request, market }: MarketShift): boolean {
  const isLate = deps.clock.now() + GROUP_BOUNDS.restartMs > request.deadline;
  const isAnyAtWork = request.markets.some((one) => !shift.finished(one));
  return !isLate && isAnyAtWork && isOurs(shift) && shift.leaving(market) === undefined;
}

/** Undefined when it cannot be read now. */
async function controlOf({ deps, market }: MarketShift): Promise<Control | undefined> {
  try {
    return (await deps.control.read([market])).get(market);
  } catch (error) {
    deps.log.warn('parameters and halts could not be read', { market, problem: String(error) });
    return undefined;
  }
}

/** What the venue has to say as well is left to the start. */
async function forbids({ deps, market }: MarketShift, control: Control): Promise<boolean> {
  try {
    const isRefused = control.parameters.kind === 'refused';
    const loaded = isRefused ? await deps.sessions.load(market) : undefined;
    const session = loaded?.kind === 'loaded' ? loaded.session : undefined;
    return (await forbidden(deps, market, control, session, true)) !== undefined;
  } catch (error) {
    deps.log.warn('the last good parameters could not be read', {
      market,
      problem: String(error),
    });
    return true;
  }
}

/** What a person has to mend rings for as long as it is so. */
function report({ deps, market }: MarketShift, { parameters, halt }: Control): void {
  const metrics = deps.metrics(market);
  putLevels(metrics, {
    isRefused: parameters.kind === 'refused',
    isHalted: halt !== undefined,
  });
  metrics.flush();
}
