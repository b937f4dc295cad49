import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { commandId, type OrderCommand, type PlaceQuote } from '#shared/domain/order/order.ts';
import type { ModifyAbility } from '#shared/domain/venue/venue-abilities.ts';
import { price, size } from '#shared/domain/units.ts';
import type { AccountSnapshot } from '#shared/domain/venue/venue-answers.ts';
import { near } from '#test/floors/exchange-over-http.ts';
import { describesModify } from './modify-contract.ts';
import {
  aCancel,
  after,
  approved,
  aQuote,
  aReduction,
  gap,
  KEY,
  LATER,
  MARKET,
  type OpenPlay,
  placed,
  print,
  sent,
  START,
  SYMBOL,
  touch,
  trade,
  type VenuePlay,
} from './venue-play.ts';

const market = [
  touch(0, 59_999.5, 60_000.5),
  print(10_000, 'sell', 59_900, 0.04),
  touch(20_000, 60_009.5, 60_010.5),
];

const account = async ({ connected }: VenuePlay): Promise<AccountSnapshot> => {
  const seen = await connected.execution.account(MARKET);
  if (!seen.ok) throw new Error(JSON.stringify(seen.failure));
  return seen.value;
};

const restingIds = async (play: VenuePlay): Promise<readonly string[]> =>
  (await account(play)).orders.map(({ venueId }) => venueId);

/** What every Execution keeps; `modify`: what this one says it can. */
export function describesExecution(open: OpenPlay, modify: ModifyAbility): void {
  describe('as execution', () => {
    showsTheAccount(open);
    sendsCommands(open, modify !== 'none');
    cancelsOrders(open);
    reducesPositions(open);
    emptiesMarkets(open);
    describesModify(open, modify);
  });
}

function showsTheAccount(open: OpenPlay): void {
  it('shows what is held and what rests, all of it', async () => {
    const play = await open(market);
    const [bid, ask] = [aQuote('buy'), aQuote('sell')];
    const { [bid.clientId]: ofBid, [ask.clientId]: ofAsk } = await sent(play, bid, ask);
    play.at(15_000);
    expect(await account(play)).toMatchObject({
      complete: true,
      position: { size: 0.04, averageEntry: near(59_980) },
      orders: [
        {
          venueId: ofBid?.kind === 'placed' && ofBid.venueId,
          clientId: bid.clientId,
          side: 'buy',
          price: 59_980,
          remaining: 0.06,
        },
        {
          venueId: ofAsk?.kind === 'placed' && ofAsk.venueId,
          clientId: ask.clientId,
          side: 'sell',
          price: 60_020,
          remaining: 0.1,
        },
      ],
    });
  });

  it('shows each part of it alone as in the whole', async () => {
    const play = await open(market);
    await sent(play, aQuote('buy'), aQuote('sell'));
    play.at(15_000);
    const { position, orders, complete } = await account(play);
    const { execution } = play.connected;
    expect(await execution.position(MARKET)).toEqual({
      ok: true,
      value: { position, requestsLeftRatio: expect.any(Number) as number },
    });
    expect(await execution.orders(MARKET)).toMatchObject({ ok: true, value: { orders, complete } });
    expect(orders).toHaveLength(2);
  });

  it('shows hundreds of orders, each once', async () => {
    const play = await open(market);
    const quotes = Array.from({ length: 120 }, (_, index) =>
      aQuote('buy', { price: price(59_900 - index), size: size(0.001) }),
    );
    for (const quote of quotes) await placed(play, quote);
    const { orders, complete } = await account(play);
    expect(complete).toBe(true);
    expect(new Set(orders.map(({ clientId }) => clientId))).toEqual(
      new Set(quotes.map(({ clientId }) => clientId)),
    );
    expect(orders).toHaveLength(120);
  });

  it('promises no request that takes longer than one may need to arrive', async () => {
    const { can } = (await open(market)).connected.execution;
    expect(can.requestTimeoutMs).toBeLessThanOrEqual(can.arrivesWithinMs);
  });
}

function sendsCommands(open: OpenPlay, canModify: boolean): void {
  it('places pairs and single quotes beside a cancel, and tells each by its id', async () => {
    const play = await open(market);
    const old = await placed(play, aQuote('buy', { price: price(59_950) }));
    const quotes = [aQuote('buy'), aQuote('sell'), aQuote('buy', { level: 1 })];
    const outcomes = await sent(play, aCancel(old), ...quotes);
    expect(outcomes[old]).toEqual({ kind: 'cancelled', filled: 0 });
    const ids = quotes.map(({ clientId }) => {
      const outcome = outcomes[clientId];
      expect(outcome).toMatchObject({ kind: 'placed', filled: 0 });
      return outcome?.kind === 'placed' ? outcome.venueId : '';
    });
    expect(new Set(await restingIds(play))).toEqual(new Set(ids));
  });

  it('refuses a quote that would trade at once, and a pair as one', async () => {
    const play = await open(market);
    const crossing = aQuote('buy', { price: price(60_010) });
    expect((await sent(play, crossing))[crossing.clientId]).toMatchObject({
      kind: 'refused',
      code: 'POST_ONLY_WOULD_CROSS',
    });
    const pair = [aQuote('buy', { price: price(60_010) }), aQuote('sell')];
    const outcomes = await sent(play, ...pair);
    for (const { clientId } of pair)
      expect(outcomes[clientId]).toMatchObject({ kind: 'refused', code: 'POST_ONLY_WOULD_CROSS' });
    expect(await restingIds(play)).toEqual([]);
  });

  it('refuses an id that was used, a size that is too small, and a market that is not there', async () => {
    const play = await open(market);
    const first = aQuote('buy');
    await placed(play, first);
    const small = aQuote('buy', { size: size(0.0001) });
    const nowhere = aQuote('sell', { market: marketId('purple-flea', 'DOGE-PERP') });
    expect((await sent(play, first))[first.clientId]).toMatchObject({
      kind: 'refused',
      code: 'DUPLICATE_CLIENT_ORDER_ID',
    });
    const outcomes = await sent(play, small, nowhere);
    expect(outcomes[small.clientId]?.kind).toBe('refused');
    expect(outcomes[nowhere.clientId]).toMatchObject({
      kind: 'refused',
      code: 'MARKET_NOT_FOUND',
    });
    expect(await restingIds(play)).toHaveLength(1);
  });

  it('refuses a quote on a closed market: nothing can have taken effect', async () => {
    const play = await open([touch(0, 59_999.5, 60_000.5), gap(1000, 9000)]);
    play.at(2000);
    const pair = [aQuote('buy'), aQuote('sell')];
    const single = aQuote('buy', { level: 1 });
    const outcomes = await sent(play, ...pair, single);
    for (const { clientId } of [...pair, single])
      expect(outcomes[clientId]).toMatchObject({ kind: 'refused', code: 'MARKET_CLOSED' });
  });

  it('sends nothing once its time has run out', async () => {
    const play = await open(market);
    const old = await placed(play, aQuote('buy'));
    play.at(5000);
    const commands = [aCancel(old), aQuote('sell'), aReduction()];
    for (const expiresAt of [START, after(5000)]) {
      const results = await play.connected.execution.send(approved(...commands), expiresAt);
      expect(results.map(({ outcome }) => outcome.kind)).toEqual([
        'not-sent',
        'not-sent',
        'not-sent',
      ]);
    }
    expect(await restingIds(play)).toEqual([old]);
    expect(play.exchange.account(KEY).fills(SYMBOL)).toEqual([]);
  });

  it('does what the request allowance covers and says of the rest how long to wait', async () => {
    const play = await open(market, { requestsPerMinute: 2 });
    const quotes = [0, 1, 2, 3].map((level) =>
      aQuote('buy', { level, price: price(59_980 - level) }),
    );
    const outcomes = await sent(play, ...quotes);
    const kinds = quotes.map(({ clientId }) => outcomes[clientId]?.kind);
    expect(kinds.filter((kind) => kind === 'placed')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'rate-limited')).toHaveLength(2);
    for (const outcome of Object.values(outcomes))
      if (outcome.kind === 'rate-limited') expect(outcome.retryAfterMs).toBe(30_000);
    expect(play.exchange.openOrders(KEY, SYMBOL)).toHaveLength(2);
  });

  it('gives one result per command, and has resting what was placed and not cancelled', async () => {
    const nth = fc.nat({ max: 20 });
    const level = fc.integer({ min: 0, max: 3 });
    const command = fc.oneof(
      fc.record({
        kind: fc.constant('place' as const),
        side: fc.constantFrom('buy', 'sell'),
        level,
      }),
      fc.record({ kind: fc.constant('cancel' as const), nth }),
      ...(canModify ? [fc.record({ kind: fc.constant('modify' as const), nth, level })] : []),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(command, { maxLength: 6 }), { maxLength: 4 }),
        async (batches) => {
          const play = await open([touch(0, 59_999.5, 60_000.5)]);
          const sides: ('buy' | 'sell')[] = [];
          const ids: string[] = [];
          const gone = new Set<string>();
          for (const batch of batches) {
            const unused = new Set(ids);
            const commands = batch.flatMap((drawn): readonly OrderCommand[] => {
              if (drawn.kind === 'place') return [ladderQuote(drawn.side, drawn.level)];
              const venueId = ids[drawn.nth];
              if (venueId === undefined || !unused.delete(venueId)) return [];
              if (drawn.kind === 'cancel') return [aCancel(venueId)];
              const quote = ladderQuote(sides[drawn.nth] ?? 'buy', drawn.level);
              return [{ ...quote, kind: 'modify', venueId }];
            });
            const sideOf = new Map(
              commands.flatMap((one) => ('side' in one ? [[one.clientId, one.side]] : [])),
            );
            const ends = new Map(
              commands.flatMap((one) => ('venueId' in one ? [[commandId(one), one.venueId]] : [])),
            );
            const results = await play.connected.execution.send(approved(...commands), LATER);
            expect(results.map(({ id }) => id).toSorted()).toEqual(
              commands.map(commandId).toSorted(),
            );
            for (const { id, kind, outcome } of results) {
              const old = ends.get(id);
              if (outcome.kind === 'placed' || outcome.kind === 'modified') {
                ids.push(outcome.venueId);
                sides.push(sideOf.get(id) ?? 'buy');
              }
              if (old === undefined) continue;
              if (gone.has(old)) expect(outcome).toEqual({ kind: 'gone', filled: 0 });
              else expect(outcome.kind).toBe(kind === 'cancel' ? 'cancelled' : 'modified');
              gone.add(old);
            }
          }
          const left = ids.filter((id) => !gone.has(id));
          expect((await restingIds(play)).toSorted()).toEqual(left.toSorted());
        },
      ),
      { numRuns: 12 },
    );
  });
}

const ladderQuote = (side: 'buy' | 'sell', level: number): PlaceQuote =>
  aQuote(side, {
    level,
    price: price(side === 'buy' ? 59_980 - level : 60_020 + level),
    size: size(0.001),
  });

function cancelsOrders(open: OpenPlay): void {
  it('tells of a cancel what had traded before it, and of an order that is gone, too', async () => {
    const play = await open(market);
    const partly = await placed(play, aQuote('buy'));
    play.at(15_000);
    expect((await sent(play, aCancel(partly)))[partly]).toEqual({
      kind: 'cancelled',
      filled: 0.04,
    });
    expect((await sent(play, aCancel(partly)))[partly]).toEqual({ kind: 'gone', filled: 0.04 });
  });

  it('tells of an order that is filled that all of it is', async () => {
    const play = await open(market);
    const small = await placed(play, aQuote('buy', { size: size(0.04) }));
    play.at(15_000);
    expect((await sent(play, aCancel(small)))[small]).toEqual({ kind: 'gone', filled: 'all' });
  });

  it('knows no fill of an order that it does not know', async () => {
    const play = await open(market);
    expect((await sent(play, aCancel('ord_nope')))['ord_nope']).toEqual({
      kind: 'gone',
      filled: undefined,
    });
  });
}

function reducesPositions(open: OpenPlay): void {
  const holding = async (amount: number): Promise<VenuePlay> => {
    const play = await open(market);
    trade(play, amount > 0 ? 'buy' : 'sell', Math.abs(amount));
    return play;
  };

  it('takes off what it was told, at the price it got', async () => {
    const play = await holding(0.1);
    const reduction = aReduction();
    expect((await sent(play, reduction))[reduction.clientId]).toEqual({
      kind: 'reduced',
      averagePrice: 59_999.5,
      reduced: 0.04,
    });
    expect((await account(play)).position.size).toBe(0.06);
    expect(await restingIds(play)).toEqual([]);
  });

  it('never takes off more than there is, whichever way it was told', async () => {
    const play = await holding(-0.1);
    const reduction = aReduction({
      side: 'buy',
      size: size(5),
      positionSize: size(0.1),
      limitPrice: price(60_100),
    });
    expect((await sent(play, reduction))[reduction.clientId]).toMatchObject({ reduced: 0.1 });
    expect((await account(play)).position.size).toBe(0);
  });

  it('does nothing beyond its limit, without a position, or of nothing', async () => {
    const play = await holding(0.1);
    const tooDear = aReduction({ limitPrice: price(60_000) });
    expect((await sent(play, tooDear))[tooDear.clientId]).toMatchObject({
      kind: 'refused',
      code: 'NO_LIQUIDITY',
    });
    const nothing = aReduction({ size: size(0) });
    expect((await sent(play, nothing))[nothing.clientId]?.kind).toBe('not-sent');
    expect((await account(play)).position.size).toBe(0.1);
    const flat = await open(market);
    const reduction = aReduction();
    expect((await sent(flat, reduction))[reduction.clientId]).toMatchObject({
      kind: 'refused',
      code: 'NOTHING_TO_HEDGE',
    });
  });
}

const CANCELLED = { kind: 'cancelled', filled: 0 };

function emptiesMarkets(open: OpenPlay): void {
  const strangers = async (play: VenuePlay): Promise<string> => {
    const by = play.exchange.place(KEY, {
      market: SYMBOL,
      side: 'buy',
      price: 59_000,
      size: 0.01,
      timeInForce: 'GTC',
      postOnly: true,
      reduceOnly: false,
    });
    if (!by.ok) throw new Error(by.failure.reason);
    return by.value.order.id;
  };

  it('cancels what is ours and leaves what a person placed', async () => {
    const play = await open(market);
    await sent(play, aQuote('buy'), aQuote('sell'), aQuote('buy', { level: 1 }));
    const stranger = await strangers(play);
    const { results, failure } = await play.connected.execution.cancelOurs(MARKET, []);
    expect(failure).toBeUndefined();
    expect(results.map(({ outcome }) => outcome)).toEqual([CANCELLED, CANCELLED, CANCELLED]);
    expect(await restingIds(play)).toEqual([stranger]);
    expect(await play.connected.execution.cancelOurs(MARKET, [])).toEqual({
      results: [],
      failure: undefined,
    });
  });

  it('cancels what is named whatever its list shows of it, each once, and says what became of it', async () => {
    const play = await open(market);
    const gone = await placed(play, aQuote('buy', { price: price(59_950) }));
    await sent(play, aCancel(gone));
    const listed = await placed(play, aQuote('sell'));
    // No list shows it as ours: only its name tells.
    const unlisted = await strangers(play);
    const { results, failure } = await play.connected.execution.cancelOurs(MARKET, [
      unlisted,
      listed,
      gone,
    ]);
    expect(failure).toBeUndefined();
    expect(results).toEqual([
      { id: unlisted, kind: 'cancel', outcome: CANCELLED },
      { id: listed, kind: 'cancel', outcome: CANCELLED },
      { id: gone, kind: 'cancel', outcome: { kind: 'gone', filled: 0 } },
    ]);
    expect(await restingIds(play)).toEqual([]);
  });

  it('cancels everything of the account in the market, and nothing of another', async () => {
    const play = await open(market);
    await sent(play, aQuote('buy'), aQuote('sell'));
    await strangers(play);
    play.exchange.place('pf_test_other', {
      market: SYMBOL,
      side: 'buy',
      price: 59_000,
      size: 0.01,
      timeInForce: 'GTC',
      postOnly: true,
      reduceOnly: false,
    });
    expect(await play.connected.execution.cancelAll(MARKET)).toEqual({
      ok: true,
      value: 'cancelled',
    });
    expect(await restingIds(play)).toEqual([]);
    expect(play.exchange.openOrders('pf_test_other', SYMBOL)).toHaveLength(1);
  });

  it('fails, and says why, when the request allowance does not cover it', async () => {
    const play = await open(market, { requestsPerMinute: 3 });
    await sent(play, aQuote('buy'), aQuote('sell'));
    expect(await play.connected.execution.cancelOurs(MARKET, [])).toMatchObject({
      failure: { kind: 'rate-limited' },
    });
    play.at(60_000);
    expect((await play.connected.execution.cancelOurs(MARKET, [])).failure).toBeUndefined();
    expect(play.exchange.openOrders(KEY, SYMBOL)).toEqual([]);
  });
}
