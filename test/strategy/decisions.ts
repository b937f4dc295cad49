import { done } from '#shared/domain/failure.ts';
import type { DesiredQuote } from '#shared/domain/order/order.ts';
import { PARAMETERS, type Parameters } from '#shared/domain/parameters/parameters.ts';
import type { Reason } from '#shared/domain/reason.ts';
import type { Side } from '#shared/domain/order/side.ts';
import type { EpochMs } from '#shared/domain/units.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import type { BrainState } from '#shared/strategy/brain-state.ts';
import { decide } from '#shared/strategy/decide.ts';
import { type Decision, wantedOf } from '#shared/strategy/decision.ts';
import { aBook, aBrain, aView, parameters } from '#test/builders/market.ts';

export const MODELS = PARAMETERS.spreadModel.choices;

/** Spread and size are the same whatever the volatility's regime. */
export const NO_REGIMES = { spreadMultipliers: [1, 1, 1], sizeMultipliers: [1, 1, 1] } as const;

/** A spread of so many bps, whatever the market does. */
export const fixed = (
  baseSpreadBps: number,
  over: Partial<Parameters> = {},
): Partial<Parameters> => ({ spreadModel: 'fixed', baseSpreadBps, ...over });

/** By a brain that has seen nothing yet, unless it is given one that has. */
export const decided = (
  view: Partial<MarketView> = {},
  over: Partial<Parameters> = {},
  brain: BrainState = aBrain,
): Decision => decide(aView(view), brain, parameters(over));

/** Seen at this time: a book with this bid and ask. */
export const seenAt = (
  now: EpochMs,
  bid: number,
  ask: number,
): Pick<MarketView, 'now' | 'book'> => ({ now, book: done(aBook(bid, ask, now)) });

interface Reasoned {
  readonly reasons: readonly Reason[];
}

export const codesOf = ({ reasons }: Reasoned): readonly string[] =>
  reasons.map(({ code }) => code);

/** What is said under a code. */
export const textOf = ({ reasons }: Reasoned, wanted: string): string | undefined =>
  reasons.find(({ code }) => code === wanted)?.text;

/** The sides that are quoted, in order. */
export const sidesOf = (decision: Decision): readonly Side[] =>
  wantedOf(decision).quotes.map(({ side }) => side);

/** The nearest quote of a side that is quoted. */
export function quoteOn(decision: Decision, side: Side): DesiredQuote {
  const found = wantedOf(decision).quotes.find((candidate) => candidate.side === side);
  if (found === undefined) throw new Error(`no ${side} in ${JSON.stringify(decision)}`);
  return found;
}
