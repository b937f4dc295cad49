import type { MarketId } from '../../domain/market-id.ts';
import type { ParameterReading } from '../../domain/parameter-reading.ts';
import { changesOf } from '../../market/control-answers.ts';
import type { Control } from '../../ports/control-store.ts';
import { type GroupDeps, GROUP_BOUNDS } from './group-deps.ts';
import type { Shift } from './shift.ts';
import type { Desks } from './trade-market.ts';

/** Brings every desk what people and other functions decided, beside the trading. */
export async function keepControl(deps: GroupDeps, shift: Shift, desks: Desks): Promise<void> {
  const { clock, log } = deps;
  const recorded = new Map<MarketId, string>();
  while (!shift.over()) {
    try {
      const readings = await deps.control.read([...desks.keys()]);
      for (const [market, reading] of readings) await bring(deps, desks, recorded, market, reading);
    } catch (error) {
      log.warn('parameters and halts could not be read', { problem: String(error) });
    }
    await clock.sleep(GROUP_BOUNDS.controlEveryMs);
  }
}

async function bring(
  deps: GroupDeps,
  desks: Desks,
  recorded: Map<MarketId, string>,
  market: MarketId,
  { parameters, tilt, halt, unread }: Control,
): Promise<void> {
  const desk = desks.get(market);
  if (desk === undefined) return;
  for (const what of unread) deps.log.warn('an item was left out', { market, what });
  const before = desk.state().control.parameters.values;
  desk.hear({ kind: 'control', parameters, tilt, halt });
  const changes = parameters.kind === 'accepted' ? changesOf(before, parameters.values) : [];
  if (recorded.get(market) !== parameters.version)
    await audit(deps, recorded, market, parameters, changes);
  const { open } = desk.state().hedge;
  if (open === undefined) return;
  const row = await deps.hedges.read(market);
  const isOpen = row !== undefined && row.intent.id === open.id && row.status.kind !== 'done';
  const outcome = row?.status.kind === 'done' ? row.status.outcome.kind : 'nobody knows it';
  desk.hear({ kind: 'hedge', open: isOpen, id: open.id, outcome });
}

/** Every version is kept once: what it changed, or why it was refused. */
async function audit(
  { parameters, clock, log }: GroupDeps,
  recorded: Map<MarketId, string>,
  market: MarketId,
  reading: ParameterReading,
  changes: readonly string[],
): Promise<void> {
  try {
    await parameters.record(market, reading, clock.now(), changes);
    recorded.set(market, reading.version);
  } catch (error) {
    log.warn('the audit of parameters was not written', { market, problem: String(error) });
  }
}

/** Other quoted markets' mids (C8): what cannot be read leaves them as they were, and they age. */
export async function keepPeers(
  { clock, sessions, log }: GroupDeps,
  shift: Shift,
  desks: Desks,
  peers: readonly MarketId[],
): Promise<void> {
  while (!shift.over() && peers.length > 0) {
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
    await clock.sleep(GROUP_BOUNDS.peersEveryMs);
  }
}
