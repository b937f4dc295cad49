import type { EpochMs } from '../../domain/units.ts';
import { legsOf, type Orders } from '../../domain/order/working-order.ts';
import { isCalled } from '../../orders/order-states.ts';

/** The quote of ours that an execution is of, for as long as it is remembered. */
export const orderFilled = (
  { working, gone }: Orders,
  venueId: string,
): { readonly level: number; readonly since: EpochMs } | undefined =>
  working.flatMap(legsOf).find((leg) => isCalled(leg, venueId)) ??
  gone.find((order) => order.venueId === venueId);
