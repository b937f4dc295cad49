import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import type { BrainState } from '#shared/strategy/brain-state.ts';
import type { Look } from '#shared/strategy/memory.ts';
import { parameters } from '#test/builders/market.ts';

/** A look at a view that has a book, after what a brain saw last. */
export function lookAt(
  view: MarketView,
  { last }: Pick<BrainState, 'last'>,
  over: Partial<Parameters> = {},
): Look<keyof Parameters> {
  if (!view.book.ok) throw new Error(view.book.failure);
  const { values } = parameters(over);
  return { view, book: view.book.value, isFresh: true, last, parameters: values };
}
