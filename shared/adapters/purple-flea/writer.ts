import { done, failed, type VenueOutcome } from '../../domain/failure.ts';
import { type MarketId, symbolOf } from '../../domain/market-id.ts';
import type { PlaceQuote, ReducePosition } from '../../domain/order.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CommandDone } from '../../ports/venue.ts';
import type { VendorPath } from './base-url.ts';
import type { HttpClient } from './http-client.ts';
import { bodyOf, saysAlreadyGone, unknownAnswer } from './judge-reply.ts';
import { hedgeBody, orderBody, quoteBody, type ServerGuardrails } from './order-bodies.ts';
import { type Done, parseHedge, parseOrderPlaced, parseQuotePlaced } from './parse-placed.ts';
import type { Reply } from './reply.ts';

type CommandOutcome = VenueOutcome<CommandDone>;

/**
 * The venue's writes, each sent once. All of one writer together keep the time limit of a write.
 */
export interface Write {
  cancel(venueId: string): Promise<CommandOutcome>;
  cancelAll(market: MarketId): Promise<CommandOutcome>;
  quote(
    bid: PlaceQuote,
    ask: PlaceQuote,
  ): Promise<readonly [bid: CommandOutcome, ask: CommandOutcome]>;
  order(quote: PlaceQuote): Promise<CommandOutcome>;
  hedge(reduce: ReducePosition): Promise<CommandOutcome>;
}

export function createWriter(
  http: HttpClient,
  clock: Pick<Clock, 'now'>,
  guardrails: ServerGuardrails,
): Write {
  const deadline = http.writeDeadline();
  const post = (path: VendorPath, body: object): Promise<VenueOutcome<Reply>> =>
    http.write('POST', path, body, deadline);
  const understood = (
    sent: VenueOutcome<Reply>,
    parse: (body: unknown) => Done,
  ): CommandOutcome => {
    if (!sent.ok) return sent;
    const body = bodyOf(sent.value, clock.now());
    return body.ok ? (parse(body.value) ?? unknownAnswer(sent.value)) : body;
  };

  return {
    async cancel(venueId) {
      const sent = await http.write(
        'DELETE',
        `/v1/orders/${encodeURIComponent(venueId)}`,
        undefined,
        deadline,
      );
      return sent.ok && saysAlreadyGone(sent.value) ? CANCELLED : understood(sent, () => CANCELLED);
    },
    cancelAll: async (market) =>
      understood(await post('/v1/mm/cancel', { symbol: symbolOf(market) }), () => CANCELLED),
    async quote(bid, ask) {
      const sent = await post('/v1/mm/quote', quoteBody(bid, ask, guardrails));
      return [
        understood(sent, (body) => parseQuotePlaced(body, 'bid')),
        understood(sent, (body) => parseQuotePlaced(body, 'ask')),
      ];
    },
    order: async (quote) =>
      understood(await post('/api/orders', orderBody(quote)), parseOrderPlaced),
    async hedge(reduce) {
      const body = hedgeBody(reduce);
      return body === undefined
        ? NOTHING_TO_REDUCE
        : understood(await post('/v1/mm/hedge', body), parseHedge);
    },
  };
}

const CANCELLED: CommandOutcome = done({ kind: 'cancelled' });

const NOTHING_TO_REDUCE: CommandOutcome = failed({
  kind: 'rejected',
  code: 'nothing-to-reduce',
  reason: 'not sent, the size or the position is zero',
});
