import type { MarketId } from '../../domain/market-id.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { MarketState, Tally } from '../../market/state.ts';
import type { Control } from '../../ports/control-store.ts';
import { createFactWriter, type FactWriter } from './fact-writer.ts';
import { type Desk, type DeskEnding, openDesk } from './desk.ts';
import type { GroupDeps, GroupRequest } from './group-deps.ts';
import { keepReporting } from './keep-reporting.ts';
import { createSaver } from './keep-saving.ts';
import type { ParameterAudit } from './parameter-audit.ts';
import { recoverMarket } from './recover-market.ts';
import type { Shift } from './shift.ts';

/** How a market's share of the shift ended. */
export type MarketEnding =
  | {
      readonly kind: 'left';
      readonly how: 'hand-over' | 'stop';
      readonly why: string;
      /** Whether its books and its halt are durable. */
      readonly kept: boolean;
    }
  | { readonly kind: 'stood-aside'; readonly why: string; readonly empty: boolean }
  | { readonly kind: 'cut' };

/** Those of a group that are at work, for whoever brings them news. */
export type Desks = Map<MarketId, Desk>;

export interface TradeDeps extends GroupDeps {
  readonly audit: ParameterAudit;
}

export const NOTHING = { decisions: 0, quotesPlaced: 0, fills: 0 };

export interface Failed {
  /** Something nobody expected; what a later try may find mended; what only a person can mend. */
  readonly kind: 'threw' | 'unready' | 'refused';
  readonly why: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Until then something that was sent may still arrive. */
  readonly provenFrom: EpochMs;
}

interface Ended {
  readonly kind: 'ended';
  readonly ending: MarketEnding;
}

export type Once = { readonly did: typeof NOTHING } & (Ended | Failed);

/** What a start has to say for itself that has traded nothing. */
type Nothing = Omit<Failed, 'kind' | 'why'> & Pick<Once, 'did'>;

interface Opened {
  readonly desk: Desk;
  readonly facts: FactWriter;
  readonly control: Control;
  readonly nothing: Nothing;
}

/** Recovers, trades and leaves a market once. */
export async function tradeOnce(
  deps: TradeDeps,
  shift: Shift,
  { deployment }: GroupRequest,
  market: MarketId,
  desks: Desks,
): Promise<Once> {
  const nothing = { did: NOTHING, fields: {}, provenFrom: deps.clock.now() };
  try {
    const recovery = await recoverMarket(deps, { market, deployment, fence: shift.fence });
    if (recovery.kind !== 'ready') return { ...nothing, ...recovery };
    const { begun, rules, control } = recovery;
    await deps.audit.note(market, control.parameters, undefined);
    const facts = createFactWriter(deps, shift);
    const desk = openDesk(deps, shift, rules, begun, facts);
    try {
      return await traded(deps, shift, { desk, facts, control, nothing }, desks);
    } finally {
      // However it ended: two desks of a market would trade beside each other.
      desk.cut();
      facts.stop();
    }
  } catch (error) {
    const fields = { problem: describe(error) };
    return { ...nothing, kind: 'unready', why: 'the start failed', fields };
  }
}

/** From the first save to the last. */
async function traded(
  deps: TradeDeps,
  shift: Shift,
  { desk, facts, control, nothing }: Opened,
  desks: Desks,
): Promise<Once> {
  const { market, rules } = desk;
  const { tally, books } = desk.state();
  const saver = createSaver(deps, shift, desk, facts);
  // Saved before the first send: whoever dies after it leaves a session that knows since when.
  if (!(await saver.first())) return notSaved(shift, nothing);
  const ending = await atWork(shift, desk, desks, () => {
    saver.keep();
    desk.start();
    // First, so that the first figures say what people wrote.
    desk.hear({ kind: 'control', ...control });
    keepReporting(deps, shift, desk);
  });
  const did = doneBy(desk, tally, books.pnl.fills);
  if (ending.kind === 'threw') return threw(desk.state(), ending.error, rules.abilities, did);
  if (ending.kind === 'cut') return { kind: 'ended', ending, did };
  const kept = await saver.settleUp();
  if (!kept) deps.log.error('the session was not saved at the end', { market });
  return { kind: 'ended', ending: { ...ending, kept }, did };
}

/** Without a session nobody may send; what rests is then nobody's, unless the group is another's. */
const notSaved = (shift: Shift, nothing: Nothing): Once =>
  shift.lease() === undefined
    ? { kind: 'ended', ending: { kind: 'cut' }, did: NOTHING }
    : { ...nothing, kind: 'unready', why: 'the session could not be saved' };

/** What was on its way when it threw may still arrive. */
function threw(
  { orders, tally }: MarketState,
  error: unknown,
  { arrivesWithinMs }: { readonly arrivesWithinMs: number },
  did: typeof NOTHING,
): Once {
  const sent = orders.working.flatMap(({ state, since }) =>
    state === 'sending' || state === 'unknown' ? [since] : [],
  );
  const provenFrom = epochMs(Math.max(0, tally.lastUnknownAt ?? 0, ...sent) + arrivesWithinMs);
  const fields = { problem: describe(error) };
  return { kind: 'threw', why: 'trading a market failed', fields, provenFrom, did };
}

/** The desk is among those that get news, until it has ended. */
async function atWork(
  shift: Shift,
  desk: Desk,
  desks: Desks,
  start: () => void,
): Promise<DeskEnding> {
  const { market } = desk;
  const told = (): void => {
    if (shift.over() || shift.lease() === undefined) return desk.cut();
    const leaving = shift.leaving(market);
    if (leaving !== undefined) desk.hear({ kind: 'leave', leaving });
  };
  desks.set(market, desk);
  shift.onChange(told);
  try {
    start();
    told();
    return await desk.ended;
  } finally {
    desks.delete(market);
  }
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const doneBy = (desk: Desk, before: Tally, fillsBefore: number): typeof NOTHING => {
  const { tally, books } = desk.state();
  return {
    decisions: tally.decisions - before.decisions,
    quotesPlaced: tally.quotesPlaced - before.quotesPlaced,
    fills: books.pnl.fills - fillsBefore,
  };
};
