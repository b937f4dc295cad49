import { formatClientOrderId } from '../domain/order/client-order-id.ts';
import { type MarketId, symbolOf } from '../domain/venue/market-id.ts';
import type { DesiredQuote, ModifyQuote, OrderCommand } from '../domain/order/order.ts';
import { signOf } from '../domain/order/side.ts';
import type { OrderChange } from './diff-orders.ts';

/** Who sends: enough to name an order for ever. */
export interface CommandNaming {
  readonly market: MarketId;
  readonly deployment: string;
  readonly fence: number;
  /** The first counter that no order of this fence has used. */
  readonly nextCounter: number;
}

/**
 * The commands for a change, cancels first, and the first counter not used then. Of the modifies
 * those that move away from the other side come first: what would meet its own old quote there
 * would be refused.
 */
export function orderCommands(
  { cancel, modify, place }: OrderChange,
  { market, deployment, fence, nextCounter }: CommandNaming,
): { readonly commands: readonly OrderCommand[]; readonly nextCounter: number } {
  const symbol = symbolOf(market);
  let counter = nextCounter;
  const named = ({
    side,
    level,
    price,
    size,
  }: DesiredQuote): Omit<ModifyQuote, 'kind' | 'venueId'> => {
    const id = { role: 'quote', deployment, symbol, side, level, fence, counter } as const;
    counter += 1;
    return { market, clientId: formatClientOrderId(id), side, level, price, size };
  };
  const cancels = cancel.map(({ venueId }): OrderCommand => ({ kind: 'cancel', market, venueId }));
  const modifies = modify
    .toSorted((a, b) => towards(a) - towards(b))
    .map(({ old: { venueId }, quote }): OrderCommand => ({
      kind: 'modify',
      venueId,
      ...named(quote),
    }));
  const places = place.map((quote): OrderCommand => ({ kind: 'place', ...named(quote) }));
  return { commands: [...cancels, ...modifies, ...places], nextCounter: counter };
}

/** How far a modify moves towards the other side: below zero, away from it. */
const towards = ({ old, quote }: OrderChange['modify'][number]): number =>
  signOf(quote.side) * (quote.price - old.price);
