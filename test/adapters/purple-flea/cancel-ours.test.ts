import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VenueOutcome } from '#shared/domain/failure.ts';
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
const cancelOurs = (): Promise<VenueOutcome<'cancelled'>> =>
  aVenue(server).execution.cancelOurs(BTC);
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
    expect(await cancelOurs()).toEqual(CANCELLED);
    expect(deleted()).toEqual(['a', 'b']);
  });

  it('needs neither the specification nor prices that can be read', async () => {
    server.on('GET /v1/orders', list({ ...order('a'), price: 'NaN', side: null }));
    accept('a');
    expect(await cancelOurs()).toEqual(CANCELLED);
    expect(server.requests.map(({ path }) => path)).toEqual(['/v1/orders', '/v1/orders/a']);
  });

  it('is done when what was listed is gone already', async () => {
    server.on('GET /v1/orders', list(order('a')));
    server.on('DELETE /v1/orders/a', { status: 409, body: { error_code: 'ORDER_ALREADY_FILLED' } });
    expect(await cancelOurs()).toEqual(CANCELLED);
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
    expect(await cancelOurs()).toMatchObject({ ok: false, failure });
    expect(deleted()).toEqual(['a', 'b']);
  });

  it('fails when the list cannot be read', async () => {
    server.on('GET /v1/orders', { status: 503 });
    expect(await cancelOurs()).toMatchObject({ ok: false, failure: { kind: 'outcome-unknown' } });
  });

  it('goes on for as long as a list that is cut shows more of ours', async () => {
    let resting = Array.from({ length: 408 }, (_, index) => `o${index}`);
    server.on('GET /v1/orders', () => list(...resting.slice(0, 20).map((id) => order(id))));
    for (const id of resting)
      server.on(`DELETE /v1/orders/${id}`, () => {
        resting = resting.filter((other) => other !== id);
        return { body: { order_id: id, status: 'cancelled' } };
      });
    expect(await cancelOurs()).toEqual(CANCELLED);
    expect(resting).toEqual([]);
  });

  it('fails when the list stays cut and shows nothing new of ours', async () => {
    const strangers = Array.from({ length: 20 }, (_, index) => order(`s${index}`, null));
    server.on('GET /v1/orders', list(...strangers));
    expect(await cancelOurs()).toMatchObject({
      ok: false,
      failure: { kind: 'outcome-unknown', detail: expect.stringContaining('cut at 20') as string },
    });
    expect(deleted()).toEqual([]);
  });

  it('falls back on the whole market where the venue does not carry our ids', async () => {
    server.on('GET /v1/orders', list({ id: 'a', symbol: MARKET }));
    server.on('POST /v1/mm/cancel', { body: { symbol: MARKET, cancelled: 1 } });
    expect(await cancelOurs()).toEqual(CANCELLED);
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
