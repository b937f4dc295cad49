import { inventoryCapUsd } from '../../domain/books/inventory-cap.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import { opposite, reducingSide, type Side } from '../../domain/order/side.ts';
import { type Draft, withReason } from '../quotes/draft.ts';
import type { RoundedDraft } from '../quotes/round-quotes.ts';
import { capByVolatility } from './tail-risk/volatility-cap.ts';
import type { Guardrail, GuardrailContext } from './guardrail.ts';

/** What the cap that holds now is made from. */
export type CapParameters = Pick<
  Parameters,
  'maxInventoryUsd' | 'capitalUsd' | 'maxDirectionalPct' | 'volCapPctPerHour'
>;

/** What says how near the inventory is to the cap. */
export type NearCapContext = Pick<
  GuardrailContext<'oneSidedAtRatio'>,
  'parameters' | 'capUsd' | 'inventoryUsd'
>;

/** What says how much room there is to the cap. */
type RoomContext = Pick<GuardrailContext, 'book' | 'capUsd' | 'inventoryUsd'>;

/** However volatile, so much of the cap remains. */
const LEAST_CAP_RATIO = 0.2;

/**
 * The cap that holds now: the hard one (C1, C7), less while volatility is high (C8). A volatility
 * nobody knows takes nothing off.
 */
export function capInForce(
  parameters: CapParameters,
  hourlyVolatility: number | undefined,
): { readonly capUsd: number; readonly reason: Reason | undefined } {
  const hard = inventoryCapUsd(parameters);
  if (hourlyVolatility === undefined) return { capUsd: hard, reason: undefined };
  return capByVolatility(
    hard,
    hourlyVolatility,
    parameters.volCapPctPerHour / 100,
    LEAST_CAP_RATIO,
  );
}

/** Whether only the reducing side may be quoted (C1). */
export const isNearCap = ({ parameters, capUsd, inventoryUsd }: NearCapContext): boolean =>
  Math.abs(inventoryUsd / capUsd) >= parameters.oneSidedAtRatio;

/**
 * Near the cap only the reducing side is quoted (C1); never both sides off for this reason alone.
 */
export const oneSidedNearCap: Guardrail<'oneSidedAtRatio'> = (draft, context) => {
  if (!isNearCap(context)) return draft;
  const { capUsd, inventoryUsd } = context;
  const ratio = inventoryUsd / capUsd;
  const reducing = reducingSide(inventoryUsd);
  const name = inventoryUsd > 0 ? 'long' : 'short';
  const kept: Draft = { ...draft, quotes: draft.quotes.filter((quote) => quote.side === reducing) };
  return withReason(
    kept,
    reason(
      'one-sided',
      `one-sided: ${name} ${(Math.abs(ratio) * 100).toFixed(0)} % of cap, ${opposite(reducing)} side withdrawn`,
    ),
  );
};

/**
 * The share by which every resting order of a side may be larger than its quote: `ratio`, or
 * nothing where all of them together would then exceed the room to the cap.
 * A size in USD is fewer base units at a higher mid, which alone is no reason to give up a place
 * in the queue (A9).
 */
export function slackWithinRoom(
  { quotes }: RoundedDraft,
  room: RoomContext,
  ratio: number,
): Readonly<Record<Side, number>> {
  const left = roomOf(room);
  const { mid } = room.book;
  for (const { side, size, price } of quotes)
    left[side] -= size * (1 + ratio) * Math.max(mid, price);
  return { buy: left.buy >= 0 ? ratio : 0, sell: left.sell >= 0 ? ratio : 0 };
}

const roomOf = ({ capUsd, inventoryUsd }: RoomContext): Record<Side, number> => ({
  buy: Math.max(0, capUsd - inventoryUsd),
  sell: Math.max(0, capUsd + inventoryUsd),
});

/**
 * All quotes of a side together never exceed the room to the cap (C1, A7): the outer levels shrink
 * first.
 */
export function withinRoom(draft: RoundedDraft, room: RoomContext): RoundedDraft {
  const left = roomOf(room);
  const { mid } = room.book;
  const quotes = draft.quotes.flatMap((quote) => {
    // Valued at the dearer of mid and price, because the position is valued where it is filled.
    const worth = Math.max(mid, quote.price);
    const fitting = Math.min(quote.size, left[quote.side] / worth);
    left[quote.side] -= fitting * worth;
    return fitting > 0 ? [{ ...quote, size: fitting }] : [];
  });
  const fits =
    quotes.length === draft.quotes.length &&
    quotes.every(({ size }, index) => size === draft.quotes[index]?.size);
  return fits
    ? draft
    : withReason(
        { ...draft, quotes },
        reason('within-room', `quotes shrunk to the room below the cap of ${room.capUsd} USD`),
      );
}
