import { formatClientOrderId } from '../domain/client-order-id.ts';
import type { MarketSymbol } from '../domain/market.ts';
import type { OrderCommand } from '../domain/order.ts';
import type { OrderChange } from './diff-orders.ts';

export interface CommandNaming {
  readonly market: MarketSymbol;
  readonly fence: number;
  /** The first counter that no order of this fence has used. */
  readonly nextCounter: number;
}

/**
 * The commands for a change, cancels first. `empty`: an order without a venue id must go, which
 * only cancelling everything reaches; nothing is placed beside that.
 */
export function orderCommands(
  change: OrderChange,
  naming: CommandNaming,
): {
  readonly commands: readonly OrderCommand[];
  readonly empty: boolean;
  readonly nextCounter: number;
} {
  const { market, fence, nextCounter } = naming;
  if (change.unsettled || change.cancel.some(({ venueId }) => venueId === undefined))
    return { commands: [], empty: true, nextCounter };
  const cancels = change.cancel.flatMap(({ venueId }): readonly OrderCommand[] =>
    venueId === undefined ? [] : [{ kind: 'cancel', market, venueId }],
  );
  const places = change.place.map(({ side, level, price, size }, index): OrderCommand => ({
    kind: 'place',
    market,
    clientId: formatClientOrderId({ market, side, level, fence, counter: nextCounter + index }),
    side,
    level,
    price,
    size,
  }));
  const commands = [...cancels, ...places];
  return { commands, empty: false, nextCounter: nextCounter + places.length };
}
