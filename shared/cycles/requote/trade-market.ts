import type { MarketId } from '../../domain/market-id.ts';
import type { Tally } from '../../market/state.ts';
import { createFactWriter } from './fact-writer.ts';
import { type Desk, type DeskEnding, openDesk } from './desk.ts';
import { emptyMarket } from './empty-market.ts';
import { type GroupDeps, type GroupRequest, GROUP_BOUNDS } from './group-deps.ts';
import { keepReporting } from './keep-reporting.ts';
import { createSaver } from './keep-saving.ts';
import { recoverMarket } from './recover-market.ts';
import type { Shift } from './shift.ts';

/** How a market's share of the shift ended. */
export type MarketEnding =
  | { readonly kind: 'left'; readonly how: 'hand-over' | 'stop'; readonly why: string }
  | { readonly kind: 'stood-aside'; readonly why: string; readonly empty: boolean }
  | { readonly kind: 'cut' };

export interface MarketShare {
  readonly ending: MarketEnding;
  readonly did: Pick<Tally, 'decisions' | 'quotesPlaced'> & { readonly fills: number };
}

/** Those of a group that are at work, for whoever brings them news. */
export type Desks = Map<MarketId, Desk>;

const NOTHING = { decisions: 0, quotesPlaced: 0, fills: 0 };

/**
 * One market's share of a shift: recover, trade, leave. A market that throws is emptied and begun
 * again under the same lease, ever later; one that cannot be begun is emptied and given up.
 */
export async function tradeMarket(
  deps: GroupDeps,
  shift: Shift,
  request: GroupRequest,
  market: MarketId,
  desks: Desks,
): Promise<MarketShare> {
  const { clock, log } = deps;
  const emptyDeps = { clock, log, execution: deps.venue.execution };
  let did = NOTHING;
  let waitMs: number = GROUP_BOUNDS.restartMs;
  for (;;) {
    const once = await tradeOnce(deps, shift, request, market, desks);
    did = plus(did, once.did);
    if (once.kind === 'ended') return { ending: once.ending, did };
    log.error(once.why, { market, ...once.fields });
    deps.metrics(market).add('SessionFailed', 'Count', 1);
    deps.metrics(market).flush();
    const empty = await emptyMarket(emptyDeps, market, request.deployment, request.giveUpAt);
    const mayGoOn = empty && once.kind === 'threw' && shift.leaving(market) === undefined;
    const later = clock.now() + waitMs;
    if (!mayGoOn || shift.lease() === undefined || later > request.deadline)
      return { ending: { kind: 'stood-aside', why: once.why, empty }, did };
    await clock.sleep(waitMs);
    waitMs = Math.min(waitMs * 2, GROUP_BOUNDS.restartMaxMs);
  }
}

type Once = { readonly did: typeof NOTHING } & (
  | { readonly kind: 'ended'; readonly ending: MarketEnding }
  | {
      readonly kind: 'threw' | 'not-ready';
      readonly why: string;
      readonly fields: Readonly<Record<string, unknown>>;
    }
);

async function tradeOnce(
  deps: GroupDeps,
  shift: Shift,
  request: GroupRequest,
  market: MarketId,
  desks: Desks,
): Promise<Once> {
  const { deployment } = request;
  try {
    const recovery = await recoverMarket(deps, { market, deployment, fence: shift.fence });
    if (recovery.kind === 'not-ready')
      return { kind: 'not-ready', why: recovery.why, fields: {}, did: NOTHING };
    const { begun, rules, control } = recovery;
    const facts = createFactWriter(deps, shift);
    const desk = openDesk(deps, shift, rules, begun, facts);
    const saver = createSaver(deps, shift, desk, facts);
    // Saved before the first send: whoever dies after it leaves a session that knows since when.
    if (!(await saver.save())) return { kind: 'ended', ending: { kind: 'cut' }, did: NOTHING };
    const ending = await atWork(deps, shift, desk, desks, () => {
      saver.keep();
      keepReporting(deps, shift, desk);
      desk.hear({ kind: 'control', ...control });
    });
    const did = doneBy(desk, begun.state.tally, begun.state.books.pnl.fills);
    if (ending.kind === 'left' && !(await saver.settleUp()))
      log(deps, market, 'the session was not saved at the end');
    deps.metrics(market).flush();
    if (ending.kind !== 'threw') return { kind: 'ended', ending, did };
    const problem = describe(ending.error);
    return { kind: 'threw', why: 'trading a market failed', fields: { problem }, did };
  } catch (error) {
    const fields = { problem: describe(error) };
    return { kind: 'not-ready', why: 'the start failed', fields, did: NOTHING };
  }
}

/** The desk is among those that get news, until it has ended. */
async function atWork(
  { clock }: GroupDeps,
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
  void clock.sleep(shift.giveUpAt - clock.now()).then(() => desk.cut());
  const ending = await desk.ended;
  desks.delete(market);
  return ending;
}

const log = ({ log: lines }: GroupDeps, market: MarketId, message: string): void =>
  lines.error(message, { market });

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
