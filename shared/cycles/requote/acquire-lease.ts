import type { MarketId } from '../../domain/market-id.ts';
import { epochMs } from '../../domain/units.ts';
import type { Lease } from '../../ports/lease-store.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

export interface LeaseRequest {
  readonly group: string;
  /** The one market of the group. */
  readonly market: MarketId;
  /** Names this invocation, as no other is named. */
  readonly owner: string;
}

export type LeaseAnswer =
  | { readonly kind: 'ours'; readonly lease: Lease }
  /**
   * Somebody trades this market and is young enough: this invocation was only a look whether
   * anybody does.
   */
  | { readonly kind: 'held'; readonly by: string };

/**
 * Takes the market if nobody holds it, asks an old holder to hand over, and leaves a young one
 * alone.
 */
export async function acquireLease(
  { leases, clock }: Pick<SessionDeps, 'leases' | 'clock'>,
  { group, market, owner }: LeaseRequest,
): Promise<LeaseAnswer> {
  const holder = await leases.read(group);
  const heldByAnother = holder !== undefined && holder.expiresAt >= clock.now();
  if (heldByAnother) {
    if (clock.now() - holder.acquiredAt < SESSION_BOUNDS.handoverAfterMs)
      return { kind: 'held', by: holder.owner };
    const until = epochMs(clock.now() + SESSION_BOUNDS.yieldWaitMs);
    await leases.requestYield(holder, { by: owner, until, ready: [market], cannot: [] });
  }
  const giveUpAt = clock.now() + (heldByAnother ? SESSION_BOUNDS.yieldWaitMs : 0);
  for (;;) {
    const want = { group, owner, markets: [market], leastFence: 0 };
    const lease = await leases.acquire(want, clock.now(), SESSION_BOUNDS.leaseTtlMs);
    if (lease !== undefined) return { kind: 'ours', lease };
    if (clock.now() >= giveUpAt) return { kind: 'held', by: holder?.owner ?? 'another invocation' };
    await clock.sleep(SESSION_BOUNDS.yieldPollMs);
  }
}
