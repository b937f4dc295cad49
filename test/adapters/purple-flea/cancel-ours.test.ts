import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VenueOutcome } from '#shared/domain/failure.ts';
import type { OursCancelled } from '#shared/domain/venue/venue-answers.ts';
import {
  startScriptedServer,
  type ScriptedReply,
  type ScriptedServer,
} from '#test/floors/scripted-http-server.ts';
import { BTC } from '#test/builders/market.ts';
import { aVenue, MARKET } from './builders.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(async () => {
  await server.close();
});

const OURS = 'q2.test.quote.BTC-PERP.buy.0.1.1';
const CANCELLED = { ok: true, value: 'cancelled' };
const order = (id: string, clientId: unknown = OURS): Readonly<Record<string, unknown>> => ({
  id,
  symbol: MARKET,
  client_order_id: clientId,
});
const list = (...orders: readonly object[]): ScriptedReply => ({ body: { orders } });
const cancelOurs = (...venueIds: readonly string[]): Promise<OursCancelled> =>
  aVenue(server).execution.cancelOurs(BTC, venueIds);
const accept = (...ids: readonly string[]): void => {
  for (const id of ids)
    server.on(`DELETE /v1/orders/${id}`, { body: { order_id: id, status: 'cancelled' } });
};
const deleted = (): readonly string[] =>
  server.requests
    .filter(({ method }) => method === 'DELETE')
    .map(({ path }) => path.slice('/v1/orders/'.length))
    .toSorted();

describe('cancelling what is ours', () => {
  it("leaves a person's orders, another market's and another deployment's alone", async () => {
    server.on(
      'GET /v1/orders',
      list(
        order('a'),
        order('hand', null),
        order('other', 'somebody.else'),
        order('theirs', 'q2.live.quote.BTC-PERP.buy.0.1.1'),
        order('hedge', 'q2.test.hedge.BTC-PERP.h1.1'),
        order('eth', 'q2.test.quote.ETH-PERP.buy.0.1.1'),
        order('b', 'q2.test.quote.BTC-PERP.sell.3.9.2'),
      ),
    );
    accept('a', 'b');
    expect((await cancelOurs()).failure).toBeUndefined();
    expect(deleted()).toEqual(['a', 'b']);
  });

  it('needs neither the specification nor prices that can be read', async () => {
    server.on('GET /v1/orders', list({ ...order('a'), price: 'NaN', side: null }));
    accept('a');
    expect((await cancelOurs()).failure).toBeUndefined();
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/orders', '/v1/orders/a']);
  });

  it('is done when what was listed is gone already', async () => {
    server.on('GET /v1/orders', list(order('a')));
    server.on('DELETE /v1/orders/a', { status: 409, body: { error_code: 'ORDER_ALREADY_FILLED' } });
    expect((await cancelOurs()).failure).toBeUndefined();
  });

  it.each<[string, ScriptedReply, object]>([
    ['refused', { status: 400, body: { error: 'no' } }, { kind: 'rejected', code: 'no' }],
    ['not answered', 'reset', { kind: 'outcome-unknown' }],
    ['answered with an error inside', { body: { error: 'no' } }, { kind: 'outcome-unknown' }],
    ['slowed down', { status: 429 }, { kind: 'rate-limited' }],
  ])('fails when a cancel is %s, after all were tried', async (_case, reply, failure) => {
    server.on('GET /v1/orders', list(order('a'), order('b')));
    server.on('DELETE /v1/orders/a', reply);
    accept('b');
    expect(await cancelOurs()).toMatchObject({ failure });
    expect(deleted()).toEqual(['a', 'b']);
  });

  it('fails when the list cannot be read, and has cancelled all the same what was named', async () => {
    server.on('GET /v1/orders', { status: 503 });
    accept('a', 'b');
    expect(await cancelOurs('a', 'b')).toMatchObject({
      results: [
        { id: 'a', kind: 'cancel', outcome: { kind: 'cancelled' } },
        { id: 'b', kind: 'cancel', outcome: { kind: 'cancelled' } },
      ],
      failure: { kind: 'outcome-unknown' },
    });
    expect(deleted()).toEqual(['a', 'b']);
  });

  it('cancels what is named though the list does not show it, each once, and says of each', async () => {
    server.on('GET /v1/orders', list(order('a'), order('b')));
    accept('a', 'late');
    server.on('DELETE /v1/orders/b', { status: 409, body: { error_code: 'ORDER_ALREADY_FILLED' } });
    const { results, failure } = await cancelOurs('late', 'a');
    expect(failure).toBeUndefined();
    expect(deleted()).toEqual(['a', 'b', 'late']);
    expect(results).toEqual([
      { id: 'late', kind: 'cancel', outcome: { kind: 'cancelled', filled: undefined } },
      { id: 'a', kind: 'cancel', outcome: { kind: 'cancelled', filled: undefined } },
      { id: 'b', kind: 'cancel', outcome: { kind: 'gone', filled: 'all' } },
    ]);
  });

  it('fails when a cancel of what is named fails, whatever became of the rest', async () => {
    server.on('GET /v1/orders', list(order('a')));
    accept('a');
    server.on('DELETE /v1/orders/late', { status: 429 });
    expect((await cancelOurs('late')).failure).toMatchObject({ kind: 'rate-limited' });
    expect(deleted()).toEqual(['a', 'late']);
  });

  it('goes on for as long as a list that is cut shows more of ours', async () => {
    let resting = Array.from({ length: 408 }, (_, index) => `o${index}`);
    server.on('GET /v1/orders', () => list(...resting.slice(0, 20).map((id) => order(id))));
    for (const id of resting)
      server.on(`DELETE /v1/orders/${id}`, () => {
        resting = resting.filter((other) => other !== id);
        return { body: { order_id: id, status: 'cancelled' } };
      });
    expect((await cancelOurs()).failure).toBeUndefined();
    expect(resting).toEqual([]);
  });

  it('fails when the list stays cut and shows nothing new of ours', async () => {
    const strangers = Array.from({ length: 20 }, (_, index) => order(`s${index}`, null));
    server.on('GET /v1/orders', list(...strangers));
    expect(await cancelOurs()).toMatchObject({
      failure: { kind: 'outcome-unknown', detail: expect.stringContaining('cut at 20') as string },
    });
    expect(deleted()).toEqual([]);
  });

  it('falls back on the whole market where the venue does not carry our ids', async () => {
    server.on('GET /v1/orders', list({ id: 'a', symbol: MARKET }));
    server.on('POST /v1/mm/cancel', { body: { symbol: MARKET, cancelled: 1 } });
    expect((await cancelOurs()).failure).toBeUndefined();
    expect(deleted()).toEqual([]);
  });
});

describe('cancelling everything', () => {
  const cancelAll = (): Promise<VenueOutcome<'cancelled'>> =>
    aVenue(server).execution.cancelAll(BTC);

  it.each<[ScriptedReply]>([
    [{ body: { symbol: MARKET, cancelled: 0, orders: [] } }],
    [{ body: { success: true } }],
    [{ body: { status: 'cancelled', symbol: 'BTC' } }],
  ])('is done when the venue says so: %j', async (reply) => {
    server.on('POST /v1/mm/cancel', reply);
    expect(await cancelAll()).toEqual(CANCELLED);
    expect(server.requests[0]?.body).toEqual({ symbol: MARKET });
  });

  it.each<[ScriptedReply]>([
    [{ body: {} }],
    [{ status: 204 }],
    [{ body: 'null' }],
    [{ body: { cancelled: 2, error: 'some remain' } }],
    [{ body: { cancelled: 2, symbol: 'ETH-PERP' } }],
    [{ body: '<html>' }],
    ['reset'],
  ])('is unknown when it does not: %j', async (reply) => {
    server.on('POST /v1/mm/cancel', reply);
    expect(await cancelAll()).toMatchObject({ ok: false, failure: { kind: 'outcome-unknown' } });
    expect(server.requests).toHaveLength(1);
  });

  it('is refused by a server that knows no such route', async () => {
    server.on('POST /v1/mm/cancel', { status: 404, body: { error: 'not_found' } });
    expect(await cancelAll()).toMatchObject({
      ok: false,
      failure: { kind: 'rejected', code: 'not_found' },
    });
  });
});
