import { type Remains, remainsOf } from '../../market/remains.ts';
import type { Tally } from '../../market/state.ts';
import type { Control } from '../../ports/stores/control-store.ts';
import type { SessionLoaded } from '../../ports/stores/session-store.ts';
import { createFactWriter, type FactWriter } from './beside/fact-writer.ts';
import { type Desk, type DeskEnding, openDesk } from './desk/desk.ts';
import { keepReporting } from './beside/keep-reporting.ts';
import { createSaver } from './beside/keep-saving.ts';
import type { MarketShift } from './market-shift.ts';
import { readRemains } from './read-remains.ts';
import { type EarlierTries, recoverMarket } from './recover-market.ts';
import type { Shift } from './lease/shift.ts';

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
  /** Somebody else has taken it, with what rests. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'cut'; readonly remains: Remains };

export const NOTHING = { decisions: 0, quotesPlaced: 0, fills: 0 };

export interface Failed {
  /**
   * Something nobody expected; what a later try may find mended; what only a person can mend; what
   * another group still trades.
   */
  readonly kind: 'threw' | 'unready' | 'refused' | 'elsewhere';
  readonly why: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly remains: Remains;
  /** The last number it gave to a fact, durable or not. */
  readonly lastFact: number;
}

interface Ended {
  readonly kind: 'ended';
  readonly ending: MarketEnding;
}

export type Once = { readonly did: typeof NOTHING } & (Ended | Failed);

interface Opened {
  readonly desk: Desk;
  readonly facts: FactWriter;
  readonly control: Control;
  readonly loaded: SessionLoaded;
}

/** Recovers, trades and leaves a market once. */
export async function tradeOnce(at: MarketShift, earlier: EarlierTries): Promise<Once> {
  const { deps, shift, market, request } = at;
  const { deployment } = request;
  const { lastFact } = earlier;
  try {
    const { group, fence, wasHeld } = shift;
    const starter = { group, market, deployment, fence, wasHeld, ...earlier };
    const recovery = await recoverMarket(deps, starter);
    if (recovery.kind !== 'ready') {
      const remains = await readRemains(deps, market, wasHeld);
      return { ...recovery, fields: {}, remains, lastFact, did: NOTHING };
    }
    const { begun, rules, control, loaded } = recovery;
    await deps.audit.note(market, control.parameters, undefined);
    const facts = createFactWriter(deps, shift);
    const desk = openDesk(deps, shift, rules, begun, facts);
    try {
      return await traded(at, { desk, facts, control, loaded });
    } finally {
      // However it ended: two desks of a market would trade beside each other.
      desk.cut();
      facts.stop();
    }
  } catch (error) {
    const remains = await readRemains(deps, market, shift.wasHeld);
    const fields = { problem: describe(error) };
    return { kind: 'unready', why: 'the start failed', fields, remains, lastFact, did: NOTHING };
  }
}

/** From the first save to the last. */
async function traded(at: MarketShift, { desk, facts, control, loaded }: Opened): Promise<Once> {
  const { deps, shift, market, request } = at;
  const { tally, books } = desk.state();
  const saver = createSaver(deps, shift, { desk, facts, peers: request.peers });
  // Saved before the first send: whoever dies after it leaves a session that knows since when.
  if (!(await saver.first(loaded))) return notSaved(shift, desk, NOTHING);
  const ending = await atWork(at, desk, () => {
    saver.keep();
    desk.start();
    // First, so that the first figures say what people wrote.
    desk.hear({ kind: 'control', askedAt: desk.state().control.readAt, ...control });
    keepReporting(deps, shift, desk);
  });
  const did = doneBy(desk, tally, books.pnl.fills);
  if (ending.kind === 'threw') return threw(desk, ending.error, did);
  if (ending.kind === 'cut') return wasCut(desk, did);
  const kept = await saver.settleUp(ending.how);
  if (!kept) deps.log.error('the session was not saved at the end', { market });
  if (kept || ending.how === 'stop') return { kind: 'ended', ending: { ...ending, kept }, did };
  return notSaved(shift, desk, did);
}

/**
 * Without a session nobody may quote; what rests is then nobody's, unless the group is another's.
 */
const notSaved = (shift: Shift, desk: Desk, did: typeof NOTHING): Once =>
  shift.lease() === undefined
    ? wasCut(desk, did)
    : {
        kind: 'unready',
        why: 'the session could not be saved',
        fields: {},
        remains: remainsAt(desk),
        lastFact: lastFactOf(desk),
        did,
      };

const wasCut = (desk: Desk, did: typeof NOTHING): Once => ({
  kind: 'ended',
  ending: { kind: 'cut', remains: remainsAt(desk) },
  did,
});

const remainsAt = ({ rules, state }: Desk): Remains => remainsOf(state(), rules.abilities);

const threw = (desk: Desk, error: unknown, did: typeof NOTHING): Once => ({
  kind: 'threw',
  why: 'trading a market failed',
  fields: { problem: describe(error) },
  remains: remainsAt(desk),
  lastFact: lastFactOf(desk),
  did,
});

const lastFactOf = (desk: Desk): number => desk.state().books.nextFact - 1;

/** The desk is among those that get news, until it has ended. */
async function atWork(
  { shift, market, desks }: MarketShift,
  desk: Desk,
  start: () => void,
): Promise<DeskEnding> {
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
