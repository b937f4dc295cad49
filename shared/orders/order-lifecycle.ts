import { parseClientOrderId } from '../domain/client-order-id.ts';
import type { VenueOutcome } from '../domain/failure.ts';
import type { MarketSymbol } from '../domain/market.ts';
import type { OpenOrder, OrderCommand, PlaceQuote, WorkingOrder } from '../domain/order.ts';
import type { EpochMs } from '../domain/units.ts';

/** What a venue said to one command; `venueId` only for a quote it placed. */
export interface CommandAnswer {
  readonly command: OrderCommand;
  readonly outcome: VenueOutcome<{ readonly venueId?: string | undefined }>;
}

/**
 * Before sending: a quote exists from the moment it may reach the venue, a cancelled one until a
 * look proves it gone.
 */
export function ordersSent(
  working: readonly WorkingOrder[],
  commands: readonly OrderCommand[],
  now: EpochMs,
): readonly WorkingOrder[] {
  const cancelled = new Set(
    commands.flatMap((command) => (command.kind === 'cancel' ? [command.venueId] : [])),
  );
  const placed = commands.flatMap((command) =>
    command.kind === 'place' ? [asWorking(command, now)] : [],
  );
  const left = working.map((order) =>
    order.venueId !== undefined && cancelled.has(order.venueId) ? leaving(order) : order,
  );
  return [...left, ...placed];
}

/** Before everything is cancelled: all are leaving but what has an unknown fate. */
export const ordersEmptied = (working: readonly WorkingOrder[]): readonly WorkingOrder[] =>
  working.map(leaving);

const leaving = (order: WorkingOrder): WorkingOrder =>
  order.state === 'unknown' ? order : { ...order, state: 'cancelling' };

/**
 * After the answers. A quote the venue refused is gone, one it placed is open, one without an
 * answer is unknown. A confirmed cancel changes nothing yet: the order may have traded before it,
 * which only the next look can tell. A refused cancel leaves it open.
 */
export function ordersAnswered(
  working: readonly WorkingOrder[],
  answers: readonly CommandAnswer[],
): readonly WorkingOrder[] {
  let orders = working;
  for (const { command, outcome } of answers) {
    if (command.kind === 'place') orders = placeAnswered(orders, command, outcome);
    if (command.kind === 'cancel' && !outcome.ok && outcome.failure.kind !== 'outcome-unknown') {
      orders = orders.map((order) =>
        order.venueId === command.venueId ? { ...order, state: 'open' } : order,
      );
    }
  }
  return orders;
}

export interface LookInput {
  readonly market: MarketSymbol;
  readonly fence: number;
  readonly listed: readonly OpenOrder[];
  readonly now: EpochMs;
  /** A command without an answer cannot arrive later than this after it was sent. */
  readonly settledAfterMs: number;
}

export interface OrdersSettled {
  readonly working: readonly WorkingOrder[];
  /** Something traded or went: our executions must be read before anything is decided. */
  readonly changed: boolean;
  /** Somebody trades this market under a newer lease: we must stop. */
  readonly supersededBy: number | undefined;
}

/**
 * What the venue lists is the truth; what it does not list is gone, unless it may still be on its
 * way.
 */
export function ordersSettled(
  working: readonly WorkingOrder[],
  { market, fence, listed, now, settledAfterMs }: LookInput,
): OrdersSettled {
  const unmatched = new Set(listed);
  let changed = false;
  const known = working.flatMap((order): readonly WorkingOrder[] => {
    const found = listed.find((candidate) => unmatched.has(candidate) && isSame(order, candidate));
    if (found !== undefined) {
      unmatched.delete(found);
      changed ||= found.remaining < order.remaining;
      return [
        {
          ...order,
          venueId: found.venueId,
          remaining: found.remaining,
          state: order.state === 'cancelling' || order.state === 'stranger' ? order.state : 'open',
        },
      ];
    }
    if (
      (order.state === 'unknown' || order.state === 'sending') &&
      now - order.since <= settledAfterMs
    )
      return [{ ...order, state: 'unknown' }];
    changed = true;
    return [];
  });
  const adopted = [...unmatched].map((order) => adopt(order, market, now));
  const fences = [...unmatched].map(({ clientId }) =>
    clientId === undefined ? undefined : parseClientOrderId(clientId)?.fence,
  );
  const newer = fences.filter((other) => other !== undefined && other > fence);
  return {
    working: [...known, ...adopted],
    changed,
    supersededBy: newer.length === 0 ? undefined : Math.max(...newer.map(Number)),
  };
}

const asWorking = (command: PlaceQuote, now: EpochMs): WorkingOrder => ({
  clientId: command.clientId,
  venueId: undefined,
  side: command.side,
  level: command.level,
  price: command.price,
  remaining: command.size,
  state: 'sending',
  since: now,
});

function placeAnswered(
  working: readonly WorkingOrder[],
  { clientId }: PlaceQuote,
  outcome: CommandAnswer['outcome'],
): readonly WorkingOrder[] {
  if (!outcome.ok && outcome.failure.kind !== 'outcome-unknown')
    return working.filter((order) => order.clientId !== clientId);
  return working.map((order): WorkingOrder => {
    if (order.clientId !== clientId) return order;
    return outcome.ok
      ? { ...order, state: 'open', venueId: outcome.value.venueId }
      : { ...order, state: 'unknown' };
  });
}

function isSame(order: WorkingOrder, listed: OpenOrder): boolean {
  if (order.venueId !== undefined) return order.venueId === listed.venueId;
  return order.clientId !== undefined && order.clientId === listed.clientId;
}

/**
 * An order we did not know of: ours if it carries an id of ours, else a stranger on our account,
 * which is cancelled.
 */
function adopt(order: OpenOrder, market: MarketSymbol, now: EpochMs): WorkingOrder {
  const id = order.clientId === undefined ? undefined : parseClientOrderId(order.clientId);
  const ours = id !== undefined && id.market === market && id.side === order.side;
  return { ...order, level: ours ? id.level : -1, state: ours ? 'open' : 'stranger', since: now };
}
