import type { PlaceQuote, ReducePosition } from '../../../domain/order/order.ts';
import { price, size, type Size } from '../../../domain/units.ts';
import type { CommandOutcome } from '../../../domain/venue/venue-answers.ts';
import { saysError } from '../http/judge-reply.ts';
import { orderState } from './order-state.ts';
import { filledOf } from './parse-cancelled.ts';
import { idField, isRecord, oneLine, toNumber } from '../wire.ts';

/** What became of one command, or undefined where the answer does not tell. */
type Told = CommandOutcome | undefined;

/**
 * POST /v1/mm/quote: one id a side; a side the venue chose not to quote has none, and `reason` may
 * say why.
 */
export function parseQuotePlaced(body: unknown, quote: PlaceQuote): Told {
  if (!isRecord(body) || saysError(body)) return undefined;
  const side = quote.side === 'buy' ? 'bid' : 'ask';
  return placed(quote, {
    what: `the ${side}`,
    id: body[`${side}_id`],
    status: body[`${side}_status`],
    filled: undefined,
    why: body['reason'],
  });
}

/** POST /api/orders: the id at the top level or, as DOCS has it, under `order`. */
export function parseOrderPlaced(body: unknown, quote: PlaceQuote): Told {
  if (!isRecord(body) || saysError(body)) return undefined;
  const order = isRecord(body['order']) ? body['order'] : body;
  const ours = order['client_order_id'];
  if (typeof ours === 'string' && ours !== quote.clientId) return undefined;
  return placed(quote, {
    what: 'the order',
    id: order['order_id'] ?? order['id'],
    status: order['status'],
    filled: filledOf(order),
    why: body['reason'],
  });
}

/** POST /v1/mm/hedge: no fill price says that nothing was traded at the limit. */
export function parseHedge(body: unknown, { clientId }: ReducePosition): Told {
  if (!isRecord(body) || saysError(body)) return undefined;
  const { fill_price: fillPrice, client_order_id: ours } = body;
  if (typeof ours === 'string' && ours !== clientId) return undefined;
  if (fillPrice === null) return { kind: 'reduced', averagePrice: undefined, reduced: size(0) };
  const at = toNumber(fillPrice);
  return at === undefined || at <= 0
    ? undefined
    : { kind: 'reduced', averagePrice: price(at), reduced: filledOf(body) };
}

interface Answer {
  /** What was asked for, in words. */
  readonly what: string;
  readonly id: unknown;
  readonly status: unknown;
  readonly filled: Size | undefined;
  readonly why: unknown;
}

function placed(quote: PlaceQuote, { what, id, status, filled, why }: Answer): Told {
  const state = orderState(status);
  const ended = state === 'cancelled' || state === 'gone';
  if (id === null || (ended && (filled ?? 0) === 0))
    return {
      kind: 'refused',
      code: 'not-placed',
      reason: `the venue did not place ${what}: ${oneLine(why) ?? 'no reason given'}`,
    };
  const read = idField.safeParse(id);
  if (!read.success) return undefined;
  const whole = state === 'filled' ? quote.size : size(0);
  return { kind: 'placed', venueId: read.data, filled: filled ?? whole };
}
