import { formatClientOrderId } from '../domain/client-order-id.ts';
import { type MarketId, symbolOf } from '../domain/market-id.ts';
import type { OrderCommand } from '../domain/order.ts';
import type { OrderChange } from './diff-orders.ts';

/** Who sends: enough to name an order for ever. */
export interface CommandNaming {
  readonly market: MarketId;
  readonly deployment: string;
  readonly fence: number;
  /** The first counter that no order of this fence has used. */
  readonly nextCounter: number;
}

/** The commands for a change, cancels first, and the first counter not used then. */
export function orderCommands(
  { cancel, place }: OrderChange,
  { market, deployment, fence, nextCounter }: CommandNaming,
): { readonly commands: readonly OrderCommand[]; readonly nextCounter: number } {
  const symbol = symbolOf(market);
  const cancels = cancel.map(({ venueId }): OrderCommand => ({ kind: 'cancel', market, venueId }));
  const places = place.map(({ side, level, price, size }, index): OrderCommand => {
    const counter = nextCounter + index;
    const clientId = formatClientOrderId({
      role: 'quote',
      deployment,
      symbol,
      side,
      level,
      fence,
      counter,
    });
    return { kind: 'place', market, clientId, side, level, price, size };
  });
  return { commands: [...cancels, ...places], nextCounter: nextCounter + places.length };
}
