import type { MarketId } from '../../domain/market-id.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { MarketState, Tally } from '../../market/state.ts';
import { createFactWriter } from './fact-writer.ts';
import { type Desk, type DeskEnding, openDesk } from './desk.ts';
import { emptyMarket } from './empty-market.ts';
import { type GroupDeps, type GroupRequest, GROUP_BOUNDS } from './group-deps.ts';
import { keepReporting } from './keep-reporting.ts';
import { createSaver } from './keep-saving.ts';
import { nap } from './nap.ts';
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

export interface MarketShare {
  readonly ending: MarketEnding;
  readonly did: Pick<Tally, 'decisions' | 'quotesPlaced'> & { readonly fills: number };
}

/** Those of a group that are at work, for whoever brings them news. */
export type Desks = Map<MarketId, Desk>;

export interface TradeDeps extends GroupDeps {
  readonly audit: ParameterAudit;
}

const NOTHING = { decisions: 0, quotesPlaced: 0, fills: 0 };

/**
 * One market's share of a shift: recover, trade, leave. A market that throws is emptied and begun
 * again under the same lease, ever later; one that cannot be begun is emptied and given up.
 */
export async function tradeMarket(
  deps: TradeDeps,
  shift: Shift,
  request: GroupRequest,
  market: MarketId,
  desks: Desks,
): Promise<MarketShare> {
  let did = NOTHING;
  let waitMs: number = GROUP_BOUNDS.restartMs;
  for (;;) {
    const once = await tradeOnce(deps, shift, request, market, desks);
    did = plus(did, once.did);
    if (once.kind === 'ended')
      return { ending: await ended(deps, shift, request, market, once.ending), did };
    sayFailed(deps, market, once);
    const empty = await emptied(deps, shift, request, market, once.provenFrom);
    const restUntil = deps.clock.now() + waitMs;
    while (empty && deps.clock.now() < restUntil && mayBegin(once, shift, market, waitMs))
      await nap(deps, shift, restUntil - deps.clock.now());
    const isLate = deps.clock.now() + GROUP_BOUNDS.restartMs > request.deadline;
    if (!empty || isLate || !mayBegin(once, shift, market, waitMs)) {
      if (empty) shift.finish(market);
      return { ending: { kind: 'stood-aside', why: once.why, empty }, did };
    }
    waitMs = Math.min(waitMs * 2, GROUP_BOUNDS.restartMaxMs);
  }
}

/** What failed at the start is soon for the next invocation to try; what threw stays with this one. */
const mayBegin = (once: Failed, shift: Shift, market: MarketId, waitMs: number): boolean =>
  (once.kind === 'threw' || (once.kind === 'unready' && waitMs <= GROUP_BOUNDS.retryStartMs)) &&
  shift.leaving(market) === undefined &&
  shift.lease() !== undefined &&
  !shift.over();

interface Failed {
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

type Once = { readonly did: typeof NOTHING } & (Ended | Failed);

/** Whoever lost the group to nobody has left what rests to nobody. */
async function ended(
  deps: TradeDeps,
  shift: Shift,
  request: GroupRequest,
  market: MarketId,
  ending: MarketEnding,
): Promise<MarketEnding> {
  if (ending.kind === 'left') shift.finish(market);
  if (ending.kind === 'cut' && shift.lostTo() === 'nobody') {
    const { clock, log, venue } = deps;
    const until = epochMs(clock.now() + GROUP_BOUNDS.restartMs);
    const emptying = { market, deployment: request.deployment, provenFrom: clock.now(), until };
    await emptyMarket({ clock, log, execution: venue.execution }, emptying);
  }
  return ending;
}

/** A market that is not seen empty within a minute is struck off the lease, and tried on. */
async function emptied(
  { clock, log, venue: { execution } }: TradeDeps,
  shift: Shift,
  { deployment, giveUpAt }: GroupRequest,
  market: MarketId,
  provenFrom: EpochMs,
): Promise<boolean> {
  const deps = { clock, log, execution };
  const emptying = { market, deployment, provenFrom };
  const soon = epochMs(Math.min(giveUpAt, clock.now() + GROUP_BOUNDS.strikeAfterMs));
  if (await emptyMarket(deps, { ...emptying, until: soon })) return true;
  log.error('the market is not seen empty: it is struck off the lease', { market });
  shift.strike(market);
  return emptyMarket(deps, { ...emptying, until: giveUpAt });
}

async function tradeOnce(
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
    const saver = createSaver(deps, shift, desk, facts);
    // Saved before the first send: whoever dies after it leaves a session that knows since when.
    if (!(await saver.first())) {
      facts.stop();
      return notSaved(shift, nothing);
    }
    const ending = await atWork(shift, desk, desks, () => {
      saver.keep();
      keepReporting(deps, shift, desk);
      desk.hear({ kind: 'control', ...control });
    });
    const did = doneBy(desk, begun.state.tally, begun.state.books.pnl.fills);
    if (ending.kind !== 'left') facts.stop();
    if (ending.kind === 'threw') return threw(desk.state(), ending.error, rules.abilities, did);
    if (ending.kind === 'cut') return { kind: 'ended', ending, did };
    const kept = await saver.settleUp();
    if (!kept) deps.log.error('the session was not saved at the end', { market });
    return { kind: 'ended', ending: { ...ending, kept }, did };
  } catch (error) {
    const fields = { problem: describe(error) };
    return { ...nothing, kind: 'unready', why: 'the start failed', fields };
  }
}

/** Without a session nobody may send; what rests is then nobody's, unless the group is another's. */
const notSaved = (shift: Shift, nothing: Omit<Failed, 'kind' | 'why'> & Pick<Once, 'did'>): Once =>
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

function sayFailed(deps: TradeDeps, market: MarketId, { why, fields }: Failed): void {
  deps.log.error(why, { market, ...fields });
  deps.metrics(market).add('SessionFailed', 'Count', 1);
  deps.metrics(market).flush();
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
  start();
  told();
  const ending = await desk.ended;
  desks.delete(market);
  return ending;
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

const plus = (a: typeof NOTHING, b: typeof NOTHING): typeof NOTHING => ({
  decisions: a.decisions + b.decisions,
  quotesPlaced: a.quotesPlaced + b.quotesPlaced,
  fills: a.fills + b.fills,
});
