import { done, type VenueOutcome } from '../../../domain/failure.ts';
import type { PlaceQuote, ReducePosition } from '../../../domain/order/order.ts';
import type { EpochMs } from '../../../domain/units.ts';
import type { CommandOutcome } from '../../../domain/venue/venue-answers.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { VendorPath } from './base-url.ts';
import { outcomeOf } from '../command-outcome.ts';
import type { HttpClient } from './http-client.ts';
import { bodyOf, goneBecause, jsonIn, saysYes, unknownAnswer } from './judge-reply.ts';
import { hedgeBody, orderBody, quoteBody, type ServerGuardrails } from '../order-bodies.ts';
import { parseCancelled, parseFate, saysAllCancelled } from '../parse/parse-cancelled.ts';
import { parseHedge, parseOrderPlaced, parseQuotePlaced } from '../parse/parse-placed.ts';
import type { Reply } from './reply.ts';

/**
 * The venue's writes, each sent once. All of one writer together keep the time limit of a write,
 * and none leaves once its time has run out.
 */
export interface Write {
  cancel(venueId: string): Promise<CommandOutcome>;
  cancelAll(symbol: string): Promise<VenueOutcome<'cancelled'>>;
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
  leavesBefore: EpochMs | undefined,
): Write {
  const deadline = http.writeDeadline(leavesBefore);
  const post = (path: VendorPath, body: object): Promise<VenueOutcome<Reply>> =>
    http.write('POST', path, body, deadline);
  const understood = (
    sent: VenueOutcome<Reply>,
    parse: (body: unknown) => CommandOutcome | undefined,
  ): CommandOutcome => {
    if (!sent.ok) return outcomeOf(sent.failure);
    const body = bodyOf(sent.value, clock.now());
    if (!body.ok) return outcomeOf(body.failure);
    return parse(body.value) ?? untold(sent.value);
  };
  /** Asked once and for its size alone; within the time that the cancel had. */
  const fateOf = async (path: VendorPath, venueId: string): Promise<CommandOutcome> => {
    const asked = await http.read(path, {}, deadline);
    const body = asked.ok ? bodyOf(asked.value, clock.now()) : asked;
    const fate = body.ok ? parseFate(body.value, venueId) : undefined;
    if (fate !== 'rests') return { kind: 'gone', filled: fate?.filled };
    return { kind: 'unknown', detail: `DELETE ${path}: said to be gone, but it is listed` };
  };

  return {
    async cancel(venueId) {
      const path = `/v1/orders/${encodeURIComponent(venueId)}` as const;
      const sent = await http.write('DELETE', path, undefined, deadline);
      if (!sent.ok) return outcomeOf(sent.failure);
      const gone = goneBecause(sent.value);
      if (gone === 'filled') return { kind: 'gone', filled: 'all' };
      if (gone === 'other') return fateOf(path, venueId);
      return saysYes(sent.value)
        ? (parseCancelled(jsonIn(sent.value), venueId) ?? untold(sent.value))
        : understood(sent, () => undefined);
    },
    async cancelAll(symbol) {
      const sent = await post('/v1/mm/cancel', { symbol });
      if (!sent.ok) return sent;
      const body = bodyOf(sent.value, clock.now());
      if (!body.ok) return body;
      return saysAllCancelled(body.value, symbol) ? done('cancelled') : unknownAnswer(sent.value);
    },
    async quote(bid, ask) {
      const sent = await post('/v1/mm/quote', quoteBody(bid, ask, guardrails));
      return [
        understood(sent, (body) => parseQuotePlaced(body, bid)),
        understood(sent, (body) => parseQuotePlaced(body, ask)),
      ];
    },
    order: async (quote) =>
      understood(await post('/api/orders', orderBody(quote)), (body) =>
        parseOrderPlaced(body, quote),
      ),
    async hedge(reduce) {
      const body = hedgeBody(reduce);
      return body === undefined
        ? { kind: 'not-sent', why: 'the size or the position is zero' }
        : understood(await post('/v1/mm/hedge', body), (answer) => parseHedge(answer, reduce));
    },
  };
}

const untold = (reply: Reply): CommandOutcome => outcomeOf(unknownAnswer(reply).failure);
