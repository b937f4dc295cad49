import type { OpenOrder } from '../../domain/order/order.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import { type GoneOrder, type Leg, legsOf, type Orders } from '../../domain/order/working-order.ts';

/** A list of resting orders, and as of when it speaks: it proves nothing of what came later. */
export interface OrderList {
  readonly orders: readonly OpenOrder[];
  /** False when it may have been cut: what it does not show is then not gone. */
  readonly complete: boolean;
  readonly askedAt: EpochMs;
  readonly heardAt: EpochMs;
}

/** The rows of a list, each given to one order at most. */
export interface ListedRows {
  take(order: Leg): OpenOrder | undefined;
  takeDead(order: GoneOrder): OpenOrder | undefined;
  rest(): readonly OpenOrder[];
}

export function listedRows(
  { orders }: OrderList,
  working: Orders['working'],
  { ids }: Pick<VenueAbilities, 'ids'>,
): ListedRows {
  const byVenueId = new Map(orders.map((order) => [order.venueId, order]));
  const legs = working.flatMap(legsOf);
  const known = new Set(legs.flatMap((one) => ('venueId' in one ? [one.venueId] : [])));
  const taken = (row: OpenOrder | undefined): OpenOrder | undefined => {
    if (row !== undefined) byVenueId.delete(row.venueId);
    return row;
  };
  const find = (isIt: (row: OpenOrder) => boolean): OpenOrder | undefined => {
    for (const row of byVenueId.values()) if (!known.has(row.venueId) && isIt(row)) return row;
    return undefined;
  };
  return {
    take: (order) =>
      taken(
        'venueId' in order ? byVenueId.get(order.venueId) : find((row) => isLike(order, row, ids)),
      ),
    takeDead: ({ venueId, clientId }) =>
      taken(
        venueId === undefined
          ? find((row) => clientId !== undefined && row.clientId === clientId)
          : byVenueId.get(venueId),
      ),
    rest: () => [...byVenueId.values()],
  };
}

/** Where the venue does not carry our ids, an order on its way is known by what it is. */
const isLike = ({ clientId, side, price, size: all }: Leg, row: OpenOrder, ids: boolean): boolean =>
  ids
    ? row.clientId === clientId
    : row.side === side && row.price === price && row.remaining <= all;
