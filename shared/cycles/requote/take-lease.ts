import { describeFailure } from '../../domain/failure.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import { epochMs } from '../../domain/units.ts';
import { uniformOf } from '../../math/back-off.ts';
import type { Lease } from '../../ports/lease-store.ts';
import { type GroupDeps, type GroupRequest, GROUP_BOUNDS, leaseTtlMs } from './group-deps.ts';

export type LeaseAnswer =
  | { readonly kind: 'ours'; readonly lease: Lease }
  | { readonly kind: 'held'; readonly by: string };

/**
 * Takes the group if nobody holds it, leaves a young holder alone, and asks an old one to hand over
 * once this invocation is ready to trade every market itself: who asks before that may leave orders
 * without an owner.
 */
export async function takeLease(deps: GroupDeps, request: GroupRequest): Promise<LeaseAnswer> {
  const { leases, clock } = deps;
  const { group } = request;
  const holder = await leases.read(group);
  const isHeld = holder !== undefined && holder.expiresAt >= clock.now();
  if (!isHeld) return (await acquire(deps, request)) ?? { kind: 'held', by: 'another invocation' };
  if (clock.now() - holder.acquiredAt < handoverAge(group))
    return { kind: 'held', by: holder.owner };
  const { ready, cannot } = await readiness(deps, request.markets);
  if (ready.length === 0) {
    deps.log.warn('not ready to take over, the holder goes on', { group, cannot });
    return { kind: 'held', by: holder.owner };
  }
  return waitFor(deps, request, holder, ready, [...cannot.keys()]);
}

/** Groups that start together do not all hand over in the same minute. */
const handoverAge = (group: string): number =>
  GROUP_BOUNDS.handoverAfterMs - uniformOf(group) * MINUTE_MS;

async function waitFor(
  deps: GroupDeps,
  request: GroupRequest,
  holder: Lease,
  ready: readonly MarketId[],
  cannot: readonly MarketId[],
): Promise<LeaseAnswer> {
  const { leases, clock } = deps;
  const until = epochMs(clock.now() + GROUP_BOUNDS.yieldWaitMs);
  await leases.requestYield(holder, { by: request.owner, until, ready, cannot });
  while (clock.now() < until) {
    await clock.sleep(GROUP_BOUNDS.yieldPollMs);
    const current = await leases.read(request.group);
    if (current !== undefined && current.expiresAt >= clock.now()) continue;
    const taken = await acquire(deps, request);
    if (taken !== undefined) return taken;
  }
  return { kind: 'held', by: holder.owner };
}

/** A fence is never lower than any a saved session bears, whatever became of the lease's item. */
async function acquire(
  { leases, sessions, clock, venue }: GroupDeps,
  { group, owner, markets }: GroupRequest,
): Promise<Extract<LeaseAnswer, { kind: 'ours' }> | undefined> {
  const saved = await Promise.all(markets.map((market) => sessions.load(market)));
  const fences = saved.map((one) => (one.kind === 'loaded' ? one.session.fence : 0));
  const want = { group, owner, markets, leastFence: Math.max(0, ...fences) + 1 };
  const ttlMs = leaseTtlMs(venue.execution.can.arrivesWithinMs);
  const lease = await leases.acquire(want, clock.now(), ttlMs);
  return lease === undefined ? undefined : { kind: 'ours', lease };
}

/** Which markets could be traded now by this invocation, and why others could not. */
async function readiness(
  deps: GroupDeps,
  markets: readonly MarketId[],
): Promise<{
  readonly ready: readonly MarketId[];
  readonly cannot: ReadonlyMap<MarketId, string>;
}> {
  const problems = await Promise.all(
    markets.map(async (market) => [market, await problemWith(deps, market)] as const),
  );
  const cannot = new Map<MarketId, string>();
  for (const [market, problem] of problems) if (problem !== undefined) cannot.set(market, problem);
  return { ready: markets.filter((market) => !cannot.has(market)), cannot };
}

async function problemWith(deps: GroupDeps, market: MarketId): Promise<string | undefined> {
  try {
    const [controls, spec, account, book, session, hedge] = await Promise.all([
      deps.control.read([market]),
      deps.venue.data.spec(market),
      deps.venue.execution.account(market),
      deps.venue.data.book(market),
      deps.sessions.load(market),
      deps.hedges.read(market).then(() => undefined),
    ]);
    const failed = [spec, account, book].find(({ ok }) => !ok);
    if (failed !== undefined && !failed.ok) return describeFailure(failed.failure);
    const reading = controls.get(market);
    if (reading === undefined) return 'the parameters could not be read';
    if (reading.halt !== undefined) return 'halted';
    const { parameters } = reading;
    const isRefused = parameters.kind === 'refused';
    if (isRefused && (parameters.mode !== 'other' || session.kind !== 'loaded'))
      return 'parameters refused';
    if (!isRefused && parameters.values.mode === 'off') return 'mode is off';
    return hedge;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
