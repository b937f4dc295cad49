import { done, failed, type VenueOutcome } from '../../domain/failure.ts';
import { price } from '../../domain/units.ts';
import type { CommandDone } from '../../ports/venue.ts';
import { idField, isRecord, oneLine, toNumber } from './wire.ts';

/** What became of one command, or undefined where the answer does not tell. */
export type Done = VenueOutcome<CommandDone> | undefined;

/**
 * POST /v1/mm/quote: one id a side; a side the venue chose not to quote has none, and `reason` may
 * say why.
 */
export function parseQuotePlaced(body: unknown, side: 'bid' | 'ask'): Done {
  return isRecord(body)
    ? placed(body[`${side}_id`], `the venue did not place the ${side}`, body['reason'])
    : undefined;
}

/** POST /api/orders: the id at the top level or, as DOCS has it, under `order`. */
export function parseOrderPlaced(body: unknown): Done {
  if (!isRecord(body)) return undefined;
  const nested = isRecord(body['order']) ? body['order']['id'] : undefined;
  return placed(
    body['order_id'] ?? nested ?? body['id'],
    'the venue did not place the order',
    body['reason'],
  );
}

/** POST /v1/mm/hedge: no fill price says that nothing was traded at the limit. */
export function parseHedge(body: unknown): Done {
  if (!isRecord(body)) return undefined;
  const fillPrice = body['fill_price'];
  if (fillPrice === null) return done({ kind: 'reduced', averagePrice: undefined });
  const at = toNumber(fillPrice);
  return at === undefined || at <= 0
    ? undefined
    : done({ kind: 'reduced', averagePrice: price(at) });
}

function placed(id: unknown, refusal: string, why: unknown): Done {
  if (id === null)
    return failed({
      kind: 'rejected',
      code: 'not-placed',
      reason: `${refusal}: ${oneLine(why) ?? 'no reason given'}`,
    });
  const read = idField.safeParse(id);
  return read.success ? done({ kind: 'placed', venueId: read.data }) : undefined;
}
