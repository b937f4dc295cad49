import { type GroupReport, mayLetGo, reportOf } from './group-report.ts';
import type { GroupDeps, GroupRequest } from './group-deps.ts';
import { keepControl } from './beside/keep-control.ts';
import { keepLease } from './lease/keep-lease.ts';
import { withStoreLimits } from './beside/limited-stores.ts';
import type { Desks } from './market-shift.ts';
import { createParameterAudit } from './beside/parameter-audit.ts';
import { shiftOf } from './lease/share-of-shift.ts';
import { createShift, type Shift } from './lease/shift.ts';
import { takeLease } from './lease/take-lease.ts';
import { tradeMarket } from './trade-market.ts';

/**
 * One invocation's share in trading a group: lease, recover, pump, leave. Safe to run twice, late
 * or beside itself.
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
    if (mayLetGo(shares, shift, markets)) await release(deps, shift);
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

async function release({ leases, log }: GroupDeps, shift: Shift): Promise<void> {
  const lease = shift.lease();
  if (lease === undefined) return;
  try {
    await leases.release(lease);
  } catch (error) {
    log.warn('the lease was not released: it expires', { problem: String(error) });
  }
}
