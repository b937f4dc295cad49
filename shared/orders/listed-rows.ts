import type { OpenOrder } from '../domain/order.ts';
import type { EpochMs } from '../domain/units.ts';
import type { VenueAbilities } from '../domain/venue-abilities.ts';
import { type GoneOrder, type Leg, legsOf, type Orders } from '../domain/working-order.ts';

/** A list of resting orders, and as of when it speaks: it proves nothing of what came later. */
export interface OrderList {
  readonly orders: readonly OpenOrder[];
  /** False when it may have been cut: what it does not show is then not gone. */
  readonly complete: boolean;
  readonly askedAt: EpochMs;
  readonly heardAt: EpochMs;
}

/** The rows of a list, each given to one order at most. */
export class ListedRows {
  readonly #byVenueId: Map<string, OpenOrder>;
  readonly #known: ReadonlySet<string>;
  readonly #ids: boolean;

  constructor(
    { orders }: OrderList,
    working: Orders['working'],
    { ids }: Pick<VenueAbilities, 'ids'>,
  ) {
    this.#byVenueId = new Map(orders.map((order) => [order.venueId, order]));
    const legs = working.flatMap(legsOf);
    this.#known = new Set(legs.flatMap((one) => ('venueId' in one ? [one.venueId] : [])));
    this.#ids = ids;
  }

  take(order: Leg): OpenOrder | undefined {
    if ('venueId' in order) return this.#taken(this.#byVenueId.get(order.venueId));
    return this.#taken(this.#find((row) => this.#isLike(order, row)));
  }

  takeDead(order: GoneOrder): OpenOrder | undefined {
    const { venueId, clientId } = order;
    if (venueId !== undefined) return this.#taken(this.#byVenueId.get(venueId));
    return this.#taken(this.#find((row) => clientId !== undefined && row.clientId === clientId));
  }

  rest(): readonly OpenOrder[] {
    return [...this.#byVenueId.values()];
  }

  #find(isIt: (row: OpenOrder) => boolean): OpenOrder | undefined {
    for (const row of this.#byVenueId.values())
      if (!this.#known.has(row.venueId) && isIt(row)) return row;
    return undefined;
  }

  /** Where the venue does not carry our ids, an order on its way is known by what it is. */
  #isLike({ clientId, side, price, size: all }: Leg, row: OpenOrder): boolean {
    if (this.#ids) return row.clientId === clientId;
    return row.side === side && row.price === price && row.remaining <= all;
  }

  #taken(row: OpenOrder | undefined): OpenOrder | undefined {
    if (row !== undefined) this.#byVenueId.delete(row.venueId);
    return row;
  }
}
