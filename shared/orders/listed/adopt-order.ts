import { type ClientOrderId, parseClientOrderId } from '../../domain/order/client-order-id.ts';
import type { OpenOrder } from '../../domain/order/order.ts';
import { type EpochMs, size } from '../../domain/units.ts';
import type { WorkingOrder } from '../../domain/order/working-order.ts';

/** Whose orders are ours. */
export interface OrderOwner {
  readonly deployment: string;
  readonly symbol: string;
  readonly fence: number;
}

/** An order this session did not know of; undefined for one that is counted elsewhere. */
export function adopt(
  order: OpenOrder,
  since: EpochMs,
  owner: OrderOwner,
  ids: boolean,
  odd: string[],
): WorkingOrder | undefined {
  const id = order.clientId === undefined ? undefined : parseClientOrderId(order.clientId);
  const seen = { ...order, size: order.remaining, booked: size(0), since, adopted: true };
  const whose = ownerOf(id, order, owner, ids);
  switch (whose) {
    case 'ours':
      return { ...seen, state: 'open', level: levelOf(id), knownSince: since };
    case 'our hedge':
      return undefined;
    case 'nobody here':
      odd.push(`order ${order.venueId} bears an id of ours that nobody here knows`);
      return { ...seen, state: 'stranger', level: levelOf(id) };
    case 'another deployment':
    case 'a person':
      return { ...seen, state: 'foreign', of: whose, level: -1 };
  }
}

const levelOf = (id: ClientOrderId | undefined): number => (id?.role === 'quote' ? id.level : -1);

function ownerOf(
  id: ClientOrderId | undefined,
  { side }: OpenOrder,
  owner: OrderOwner,
  ids: boolean,
): 'ours' | 'our hedge' | 'nobody here' | 'another deployment' | 'a person' {
  if (id === undefined) return ids ? 'a person' : 'nobody here';
  if (id.deployment !== owner.deployment) return 'another deployment';
  if (id.role !== 'quote') return 'our hedge';
  const fits = id.symbol === owner.symbol && id.side === side && id.fence <= owner.fence;
  return fits ? 'ours' : 'nobody here';
}
