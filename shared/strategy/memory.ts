import type { Book } from '../domain/venue/book.ts';
import type { Parameters } from '../domain/parameters/parameters.ts';
import type { EpochMs } from '../domain/units.ts';
import type { MarketView } from '../domain/venue/view.ts';
import { type Check, isPositive, isTime, maybe, recordOf } from './plain-data.ts';

/** One part of what the brain carries from look to look: plain data, saved and read back alone. */
export interface Memory<State> {
  /**
   * Changes whenever the shape or the meaning of the state does: what another version saved is
   * learned anew.
   */
  readonly version: number;
  readonly initial: State;
  /** Whether what was read back is such a state. */
  readonly isState: Check<State>;
}

/** A look at the market that has a book, with the parameters that are read. */
export interface Look<Reads extends keyof Parameters = never> {
  readonly view: MarketView;
  readonly book: Book;
  /** Not older than is quoted on. A stale book was counted before and teaches nothing. */
  readonly isFresh: boolean;
  /** The look before. */
  readonly last: LastLook | undefined;
  readonly parameters: Pick<Parameters, Reads>;
}

/** A memory that learns from every look. */
export interface Learning<State, Reads extends keyof Parameters = never> extends Memory<State> {
  readonly observe: (state: State, look: Look<Reads>) => State;
}

/** When the last look with a book was, and the mid it saw. */
export interface LastLook {
  readonly at: EpochMs;
  readonly mid: number;
}

export const last: Learning<LastLook | undefined> = {
  version: 1,
  initial: undefined,
  isState: maybe(recordOf<LastLook>({ at: isTime, mid: isPositive })),
  observe: (_, { view, book }) => ({ at: view.now, mid: book.mid }),
};
