import { epochMs } from '../../domain/units.ts';
import type { Remains } from '../../market/remains.ts';
import { emptyMarket } from './empty-market.ts';
import { GROUP_BOUNDS } from './bounds.ts';
import type { MarketShift } from './market-shift.ts';
import { restWhile } from './nap.ts';

/**
 * A market that is not seen empty within a minute of when it could be is struck off the lease, and
 * tried on until somebody takes over, whose it is then.
 */
export async function clearMarket(
  at: MarketShift,
  { venueIds, shownFrom }: Omit<Remains, 'knownShownFrom'>,
): Promise<boolean> {
  const { deps, shift, request, market } = at;
  // Whoever has taken it over may quote there already.
  if (shift.lostTo() === 'an heir') return false;
  const { clock, log, venue } = deps;
  const goesOn = (): boolean => shift.lease() !== undefined && !shift.handedOver();
  const emptying = {
    market,
    deployment: request.deployment,
    venueIds,
    shownFrom,
    goesOn,
    wait: (ms: number) => restWhile(goesOn, at, ms),
  };
  const emptied = (until: number): Promise<boolean> =>
    emptyMarket(
      { clock, log, execution: venue.execution },
      { ...emptying, until: epochMs(Math.min(request.giveUpAt, until)) },
    );
  if (await emptied(Math.max(clock.now(), shownFrom) + GROUP_BOUNDS.strikeAfterMs)) return true;
  log.error('the market is not seen empty: it is struck off the lease', { market });
  shift.strike(market);
  return emptied(request.giveUpAt);
}

/** What rests of a group that nobody has taken over is nobody's: for a moment it is tried. */
export async function clearOrphans(
  { deps, request, market }: MarketShift,
  remains: Remains,
): Promise<void> {
  const { clock, log, venue } = deps;
  await emptyMarket(
    { clock, log, execution: venue.execution },
    {
      market,
      deployment: request.deployment,
      ...remains,
      until: epochMs(clock.now() + GROUP_BOUNDS.restartMs),
      goesOn: () => true,
      wait: clock.sleep,
    },
  );
}
