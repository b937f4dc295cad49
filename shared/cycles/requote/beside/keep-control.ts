import type { MarketId } from '../../../domain/venue/market-id.ts';
import { type EpochMs, usd } from '../../../domain/units.ts';
import type { Control } from '../../../ports/stores/control-store.ts';
import type { Desk } from '../desk/desk.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { GroupDeps } from '../group-deps.ts';
import type { ParameterAudit } from './parameter-audit.ts';
import type { Shift } from '../lease/shift.ts';
import type { Desks } from '../market-shift.ts';

/**
 * Brings every desk what people, other functions and other markets have written, beside the
 * trading: all of them hear of it at once, whatever is written and read besides. What is due in one
 * moment is asked for in one, so that a store may answer it in one call.
 */
export async function keepControl(
  deps: GroupDeps,
  shift: Shift,
  desks: Desks,
  audit: ParameterAudit,
  peers: readonly MarketId[],
): Promise<void> {
  const { clock } = deps;
  const bringHedge = createHedgeNews(deps);
  let dueAt = clock.now() + GROUP_BOUNDS.controlEveryMs;
  while (!shift.over()) {
    for (const desk of desks.values()) bringHedge(desk);
    if (desks.size > 0 && clock.now() >= dueAt) {
      const nextAt = clock.now() + GROUP_BOUNDS.controlEveryMs;
      void bringPeers(deps, desks, peers);
      // What could not be read is soon asked for again: it is not quoted on for long.
      dueAt = (await bringControl(deps, desks, audit)) ? nextAt : clock.now();
    }
    const inMs = dueAt > clock.now() ? dueAt - clock.now() : Infinity;
    await clock.sleep(Math.min(inMs, GROUP_BOUNDS.hedgeEveryMs));
  }
}

/**
 * False when the store did not answer. The next is asked for when this one is answered or given up,
 * and what was given up is never heard: no reading overtakes one that was asked for later.
 */
async function bringControl(
  deps: GroupDeps,
  desks: Desks,
  audit: ParameterAudit,
): Promise<boolean> {
  try {
    const askedAt = deps.clock.now();
    for (const [market, control] of await deps.control.read([...desks.keys()]))
      bring(deps, desks.get(market), { ...control, askedAt }, audit);
    return true;
  } catch (error) {
    deps.log.warn('parameters and halts could not be read', { problem: String(error) });
    return false;
  }
}

function bring(
  deps: GroupDeps,
  desk: Desk | undefined,
  { askedAt, parameters, tilt, halt, unread }: Control & { readonly askedAt: EpochMs },
  audit: ParameterAudit,
): void {
  if (desk === undefined) return;
  const { market } = desk;
  for (const what of unread) deps.log.warn('an item was left out', { market, what });
  const before = desk.state().control.parameters.values;
  desk.hear({ kind: 'control', askedAt, parameters, tilt, halt });
  void audit.note(market, parameters, before);
}

/** One reading at a time of each market's row. */
function createHedgeNews(deps: GroupDeps): (desk: Desk) => void {
  const asked = new Set<Desk>();
  const ask = async (desk: Desk): Promise<void> => {
    asked.add(desk);
    try {
      await hedgeRead(deps, desk);
    } catch (error) {
      const { market } = desk;
      deps.log.warn('the hedge could not be read', { market, problem: String(error) });
    } finally {
      asked.delete(desk);
    }
  };
  return (desk) => {
    if (!asked.has(desk)) void ask(desk);
  };
}

/** The row of an open breach. One that is still being written down is none yet. */
async function hedgeRead({ hedges }: GroupDeps, desk: Desk): Promise<void> {
  const { open } = desk.state().hedge;
  if (open === undefined || desk.announcing()) return;
  const row = await hedges.read(desk.market);
  const isOpen = row !== undefined && row.intent.id === open.id && row.status.kind !== 'done';
  // Where another breach has taken the row, what became of that one is what is off the position.
  const done = row?.status.kind === 'done' ? row.status.outcome : undefined;
  const { side, reducedUsd } = done?.kind === 'hedged' ? done : NOTHING;
  desk.hear({
    kind: 'hedge',
    open: isOpen,
    id: open.id,
    outcome: done?.kind ?? UNKNOWN,
    side,
    reducedUsd,
  });
}

const NOTHING = { side: undefined, reducedUsd: usd(0) };
const UNKNOWN = 'nobody knows it';

/** Other quoted markets' mids (C8): what cannot be read leaves them as they were, and they age. */
async function bringPeers(
  { sessions, log }: GroupDeps,
  desks: Desks,
  peers: readonly MarketId[],
): Promise<void> {
  if (peers.length === 0) return;
  try {
    const marks = await sessions.marks(peers);
    for (const [market, desk] of desks) {
      const others = marks.filter((mark) => mark.market !== market);
      const mids = Object.fromEntries(others.map(({ market: of, mid, at }) => [of, { mid, at }]));
      desk.hear({ kind: 'peers', mids });
    }
  } catch (error) {
    log.warn('the mids of other markets could not be read', { problem: String(error) });
  }
}
