import { formatClientOrderId } from '../domain/client-order-id.ts';
import { type MarketId, symbolOf } from '../domain/market-id.ts';
import type { OrderCommand, WorkingOrder } from '../domain/order.ts';
import type { OrderChange } from './diff-orders.ts';

export interface CommandNaming {
  readonly market: MarketId;
  readonly deployment: string;
  readonly fence: number;
  /** The first counter that no order of this fence has used. */
  readonly nextCounter: number;
}

/**
 * The commands for a change, cancels first. One cancel-all instead of several cancels when
 * everything goes: it costs one request.
 */
export function orderCommands(
  change: OrderChange,
  working: readonly WorkingOrder[],
  naming: CommandNaming,
): { readonly commands: readonly OrderCommand[]; readonly nextCounter: number } {
  const { market, deployment, fence, nextCounter } = naming;
  const symbol = symbolOf(market);
  const everything =
    change.cancel.length === working.length && (working.length > 1 || change.unsettled);
  const cancels = everything
    ? cancelAll(market)
    : change.cancel.flatMap((order) => cancelOne(market, order));
  const places = change.place.map(({ side, level, price, size }, index): OrderCommand => ({
    kind: 'place',
    market,
    clientId: formatClientOrderId({
      role: 'quote',
      deployment,
      symbol,
      side,
      level,
      fence,
      counter: nextCounter + index,
    }),
    side,
    level,
    price,
    size,
  }));
  return { commands: [...cancels, ...places], nextCounter: nextCounter + places.length };
}

const cancelAll = (market: MarketId): readonly OrderCommand[] => [{ kind: 'cancel-all', market }];

/** Without a venue id only a cancel-all reaches it; those are the unsettled ones. */
const cancelOne = (market: MarketId, { venueId }: WorkingOrder): readonly OrderCommand[] =>
  venueId === undefined ? cancelAll(market) : [{ kind: 'cancel', market, venueId }];
