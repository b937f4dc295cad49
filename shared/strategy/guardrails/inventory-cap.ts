import { reason } from '../../domain/reason.ts';
import { opposite, reducingSide } from '../../domain/side.ts';
import { midOf } from '../../domain/book.ts';
import { type Draft, withReason } from '../draft.ts';
import type { Guardrail } from './guardrail.ts';

/** Near the cap only the reducing side is quoted (C1); never both sides off for this reason alone. */
export const oneSidedNearCap: Guardrail = (draft, { parameters, inventoryUsd }) => {
  const ratio = inventoryUsd / parameters.maxInventoryUsd;
  if (Math.abs(ratio) < parameters.oneSidedAtRatio) return draft;
  const reducing = reducingSide(inventoryUsd);
  const name = inventoryUsd > 0 ? 'long' : 'short';
  const kept: Draft = { ...draft, quotes: draft.quotes.filter((quote) => quote.side === reducing) };
  return withReason(
    kept,
    reason('one-sided', `one-sided: ${name} ${(Math.abs(ratio) * 100).toFixed(0)} % of cap, ${opposite(reducing)} side withdrawn`),
  );
};

/** All quotes of a side together never exceed the room to the cap (C1, A7): the outer levels shrink first. */
export const withinRoom: Guardrail = (draft, { book, parameters, inventoryUsd }) => {
  const cap = parameters.maxInventoryUsd;
  const left = { buy: Math.max(0, cap - inventoryUsd), sell: Math.max(0, cap + inventoryUsd) };
  const quotes = draft.quotes.flatMap((quote) => {
    // Valued at the dearer of mid and price, because the position is valued where it is filled.
    const worth = Math.max(midOf(book), quote.price);
    const fitting = Math.min(quote.size, left[quote.side] / worth);
    left[quote.side] -= fitting * worth;
    return fitting > 0 ? [{ ...quote, size: fitting }] : [];
  });
  const fits = quotes.length === draft.quotes.length && quotes.every((quote, index) => quote.size === draft.quotes[index]?.size);
  return fits ? draft : withReason({ ...draft, quotes }, reason('within-room', `quotes shrunk to the room below the cap of ${cap} USD`));
};
