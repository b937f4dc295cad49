import type { MarketId } from '../../domain/market-id.ts';
import type { GroupDeps, GroupEnding, GroupReport, GroupRequest } from './group-deps.ts';
import { keepControl } from './keep-control.ts';
import { keepLease } from './keep-lease.ts';
import { withStoreLimits } from './limited-stores.ts';
import type { Desks } from './market-shift.ts';
import { createParameterAudit } from './parameter-audit.ts';
import { shiftOf } from './share-of-shift.ts';
import { createShift, type Shift } from './shift.ts';
import { takeLease } from './take-lease.ts';
import { type MarketShare, tradeMarket } from './trade-market.ts';

/**
 * One invocation's share in trading a group: lease, recover, pump, leave. Safe to run twice, late or
 * beside itself.
 */
export async function runGroup(given: GroupDeps, request: GroupRequest): Promise<GroupReport> {
  const deps = withStoreLimits(given);
  const answer = await takeLease(deps, request);
  if (answer.kind === 'held') return { kind: 'already-held', by: answer.by };
  const { arrivesWithinMs } = deps.venue.execution.can;
  const { giveUpAt, markets, peers } = request;
  const shift = createShift({ ...answer, giveUpAt, arrivesWithinMs });
  const desks: Desks = new Map();
  const audit = createParameterAudit(deps);
  const beside = [
    keepLease(deps, shift, markets),
    keepControl(deps, shift, desks, audit, peers),
    stopAtDeadline(deps, shift, request),
    endAtLast(deps, shift),
  ];
  const at = { shift, request, deps: { ...deps, audit }, desks };
  try {
    const shares = await Promise.all(
      markets.map((market) => tradeMarket({ ...at, shift: shiftOf(shift, market), market })),
    );
    const report = reportOf(shares, shift, markets);
    if (isProven(shares.filter((_, index) => isListed(shift, markets[index]))))
      await release(deps, shift);
    return report;
  } finally {
    shift.end();
    for (const market of markets) deps.metrics(market).flush();
    void Promise.allSettled(beside);
  }
}

/** Without a successor by then, the group leaves by a stop. */
async function stopAtDeadline(
  { clock }: GroupDeps,
  shift: Shift,
  { deadline, markets }: GroupRequest,
): Promise<void> {
  await clock.sleep(deadline - clock.now());
  if (!shift.over()) shift.leave({ how: 'stop', why: DEADLINE }, markets);
}

/** What is not proven by then is left to the next start: the function's own time is nearly up. */
async function endAtLast({ clock }: GroupDeps, shift: Shift): Promise<void> {
  await clock.sleep(shift.giveUpAt - clock.now());
  shift.end();
}

const DEADLINE = 'the time is up and nobody takes over';

/** What is not proven keeps its lease: it expires, and the next start goes on. */
const isProven = (shares: readonly MarketShare[]): boolean =>
  shares.every(
    ({ ending }) =>
      (ending.kind === 'left' && ending.kept) ||
      (ending.kind === 'stood-aside' && ending.empty) ||
      ending.kind === 'lost',
  );

/** What is struck off the lease keeps it from nobody. */
const isListed = (shift: Shift, market: MarketId | undefined): boolean =>
  market !== undefined && (shift.lease()?.markets.includes(market) ?? false);

async function release({ leases, log }: GroupDeps, shift: Shift): Promise<void> {
  const lease = shift.lease();
  if (lease === undefined) return;
  try {
    await leases.release(lease);
  } catch (error) {
    log.warn('the lease was not released: it expires', { problem: String(error) });
  }
}

function reportOf(
  shares: readonly MarketShare[],
  shift: Shift,
  markets: readonly MarketId[],
): GroupReport {
  const aside = shares.flatMap(({ ending }, index) =>
    ending.kind === 'stood-aside' ? [{ market: markets[index], why: ending.why }] : [],
  );
  if (aside.length === shares.length) {
    const whys = aside.map(({ market, why }) => (shares.length === 1 ? why : `${market}: ${why}`));
    return { kind: 'stood-aside', why: whys.join('; ') };
  }
  const sum = (of: (share: MarketShare) => number): number =>
    shares.reduce((all, share) => all + of(share), 0);
  return {
    kind: 'ran',
    ended: endingOf(shares, shift),
    decisions: sum(({ did }) => did.decisions),
    quotesPlaced: sum(({ did }) => did.quotesPlaced),
    fills: sum(({ did }) => did.fills),
  };
}

function endingOf(shares: readonly MarketShare[], shift: Shift): GroupEnding {
  if (shift.lease() === undefined) return { kind: 'lost-lease' };
  if (!isProven(shares)) return { kind: 'not-proven' };
  const lefts = shares.flatMap(({ ending }) => (ending.kind === 'left' ? [ending] : []));
  if (lefts.length === 0) return { kind: 'lost-lease' };
  if (lefts.some(({ how }) => how === 'hand-over')) return { kind: 'handed-over' };
  const whys = [...new Set(lefts.map(({ why }) => why))];
  return { kind: 'stopped', why: whys.join('; ') };
}
