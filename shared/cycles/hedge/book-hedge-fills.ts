import type { HedgeIntent } from '../../domain/hedge.ts';
import type { Price } from '../../domain/units.ts';
import type { HedgeDeps } from './hedge-deps.ts';

/**
 * The hedge's own executions into the ledger, so that they are there even if no session is alive.
 * The session books the same fills under the same keys; whoever comes second changes nothing. What
 * cannot be read now, the session reads. `mid` is the one the hedge was decided on.
 */
export async function bookHedgeFills(
  { venue, ledger, log }: HedgeDeps,
  intent: HedgeIntent,
  mid: Price,
): Promise<void> {
  const fills = await venue.fills(intent.market, intent.openedAt);
  if (!fills.ok) {
    log.warn('hedge fills not read: the session will book them', { hedgeId: intent.id });
    return;
  }
  for (const fill of fills.value.fills) {
    if (fill.liquidity === 'taker') await ledger.append({ kind: 'fill', fill, mid, fence: 0 });
  }
}
