import { type Size, size } from '../../../domain/units.ts';
import type { CommandOutcome } from '../../../domain/venue/venue-answers.ts';
import { saysError } from '../http/judge-reply.ts';
import { orderState } from './order-state.ts';
import { idField, isMarket, isRecord, toNumber } from '../wire.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * DELETE /v1/orders/{id}. Undefined where the answer does not say that this very order is
 * cancelled: an error inside, another order's id, another state, or nothing.
 */
export function parseCancelled(body: unknown, venueId: string): CommandOutcome | undefined {
  if (!isRecord(body) || saysError(body)) return undefined;
  const order = orderIn(body);
  const named = idOf(order);
  const succeeded = body['success'] === true;
  if (named !== venueId && !(named === undefined && succeeded)) return undefined;
  const status = order['status'] ?? (succeeded ? 'cancelled' : undefined);
  switch (orderState(status)) {
    case 'cancelled':
      return { kind: 'cancelled', filled: filledOf(order) };
    case 'filled':
      return { kind: 'gone', filled: 'all' };
    case 'gone':
    case 'rests':
      return undefined;
  }
}

/**
 * GET /v1/orders/{id} after a cancel that found nothing: how much of it had traded. Undefined where
 * it is another order's, `rests` where the venue contradicts itself.
 */
export function parseFate(
  body: unknown,
  venueId: string,
): { readonly filled: Size | 'all' | undefined } | 'rests' | undefined {
  if (!isRecord(body) || saysError(body)) return undefined;
  const order = orderIn(body);
  if (idOf(order) !== venueId) return undefined;
  switch (orderState(order['status'])) {
    case 'rests':
      return 'rests';
    case 'filled':
      return { filled: 'all' };
    case 'cancelled':
    case 'gone':
      return { filled: filledOf(order) };
  }
}

/** POST /v1/mm/cancel: whether it says yes, in one of the ways the pages would have it. */
export function saysAllCancelled(body: unknown, symbol: string): boolean {
  if (!isRecord(body) || saysError(body)) return false;
  const named = body['symbol'] ?? body['market'];
  if (typeof named === 'string' && !isMarket(named, symbol)) return false;
  const { success, cancelled, status } = body;
  return (
    success === true ||
    cancelled === true ||
    typeof cancelled === 'number' ||
    Array.isArray(cancelled) ||
    status === 'cancelled'
  );
}

/** At the top level or, as DOCS has it elsewhere, under `order`. */
const orderIn = (body: Row): Row => (isRecord(body['order']) ? body['order'] : body);

/** Null, which no order is called, where there is an id that cannot be one. */
function idOf(order: Row): string | null | undefined {
  const named = order['order_id'] ?? order['id'];
  if (named === undefined || named === null) return undefined;
  const read = idField.safeParse(named);
  return read.success ? read.data : null;
}

/** Base units. */
export function filledOf(order: Row): Size | undefined {
  const filled = toNumber(order['filled_size']);
  return filled === undefined || filled < 0 ? undefined : size(filled);
}
