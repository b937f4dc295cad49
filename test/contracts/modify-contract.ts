import { expect, it } from 'vitest';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { price, size } from '#shared/domain/units.ts';
import type { ModifyAbility } from '#shared/domain/venue/venue-abilities.ts';
import type { OpenOrder } from '#shared/domain/order/order.ts';
import {
  aCancel,
  aModify,
  approved,
  aQuote,
  KEY,
  MARKET,
  type OpenPlay,
  placed,
  print,
  sent,
  START,
  SYMBOL,
  touch,
  type VenuePlay,
} from './venue-play.ts';

const market = [touch(0, 59_999.5, 60_000.5), print(10_000, 'sell', 59_900, 0.04)];

const resting = async ({ connected }: VenuePlay): Promise<readonly OpenOrder[]> => {
  const seen = await connected.execution.account(MARKET);
  if (!seen.ok) throw new Error(JSON.stringify(seen.failure));
  return seen.value.orders;
};

const restingIds = async (play: VenuePlay): Promise<readonly string[]> =>
  (await resting(play)).map(({ venueId }) => venueId);

/** What a modify is at every venue that has one, and at one that has none. */
export function describesModify(open: OpenPlay, ability: ModifyAbility): void {
  it('says what it can do of a modify', async () => {
    expect((await open(market)).connected.execution.can.modify).toBe(ability);
  });
  if (ability === 'none') return withholdsModifies(open);
  replacesOrders(open);
  failsToReplace(open);
  keepsPlaces(open, ability);
}

function withholdsModifies(open: OpenPlay): void {
  it('sends no modify, and carries out what comes with it', async () => {
    const play = await open(market);
    const old = await placed(play, aQuote('buy'));
    const [modify, ask] = [aModify(old, 'buy', { price: price(59_950) }), aQuote('sell')];
    const outcomes = await sent(play, modify, ask);
    expect(outcomes[modify.clientId]?.kind).toBe('not-sent');
    expect(outcomes[ask.clientId]?.kind).toBe('placed');
    expect(await resting(play)).toMatchObject([{ venueId: old, price: 59_980 }, { side: 'sell' }]);
  });
}

function replacesOrders(open: OpenPlay): void {
  it('puts a quote into the place of an order, with ids of its own', async () => {
    const play = await open(market);
    const old = await placed(play, aQuote('buy'));
    const modify = aModify(old, 'buy', { price: price(59_950), size: size(0.2) });
    const outcome = (await sent(play, modify))[modify.clientId];
    expect(outcome).toMatchObject({ kind: 'modified', filled: 0, oldFilled: 0 });
    const venueId = outcome?.kind === 'modified' ? outcome.venueId : '';
    expect(venueId).not.toBe(old);
    expect(await resting(play)).toEqual([
      { venueId, clientId: modify.clientId, side: 'buy', price: 59_950, remaining: 0.2 },
    ]);
    expect((await sent(play, aCancel(old)))[old]).toEqual({ kind: 'gone', filled: 0 });
  });

  it('leaves of the new order its own total, whatever the old one had traded', async () => {
    const play = await open(market);
    const old = await placed(play, aQuote('buy'));
    play.at(15_000);
    const modify = aModify(old, 'buy');
    const outcome = (await sent(play, modify))[modify.clientId];
    expect(outcome).toMatchObject({ kind: 'modified', filled: 0, oldFilled: 0.04 });
    // 0.04 of 0.1 have traded, and 0.1 may trade: 0.14 in all.
    expect(await resting(play)).toMatchObject([{ clientId: modify.clientId, remaining: 0.1 }]);
  });

  it('moves quotes one after the other, beside cancels and places', async () => {
    const play = await open([touch(0, 59_500, 60_500)]);
    const [bid, ask] = [await placed(play, aQuote('buy')), await placed(play, aQuote('sell'))];
    const far = await placed(play, aQuote('buy', { level: 1, price: price(59_000) }));
    // The new bid is above the old ask.
    const up = aModify(ask, 'sell', { price: price(60_120) });
    const after = aModify(bid, 'buy', { price: price(60_080) });
    const extra = aQuote('sell', { level: 1, price: price(60_200) });
    const outcomes = await sent(play, aCancel(far), up, after, extra);
    expect(outcomes[far]?.kind).toBe('cancelled');
    expect(outcomes[up.clientId]?.kind).toBe('modified');
    expect(outcomes[after.clientId]?.kind).toBe('modified');
    expect(new Set((await resting(play)).map(({ clientId }) => clientId))).toEqual(
      new Set([up, after, extra].map(({ clientId }) => clientId)),
    );
  });
}

function failsToReplace(open: OpenPlay): void {
  it('leaves neither where the new order would trade at once', async () => {
    const play = await open(market);
    const old = await placed(play, aQuote('buy'));
    play.at(15_000);
    const crossing = aModify(old, 'buy', { price: price(60_010) });
    expect((await sent(play, crossing))[crossing.clientId]).toMatchObject({
      kind: 'neither',
      oldFilled: 0.04,
      code: 'POST_ONLY_WOULD_CROSS',
    });
    expect(await restingIds(play)).toEqual([]);
  });

  it('leaves the old order as it was where the new one is none', async () => {
    const play = await open(market);
    const first = aQuote('buy');
    const old = await placed(play, first);
    const none = [
      aModify(old, 'buy', { size: size(0.0001) }),
      aModify(old, 'buy', { size: size(0) }),
      { ...aModify(old, 'buy'), clientId: first.clientId },
      aModify(old, 'buy', { market: marketId('purple-flea', 'DOGE-PERP') }),
    ];
    for (const modify of none)
      expect((await sent(play, modify))[modify.clientId]?.kind).toBe('refused');
    expect(await resting(play)).toMatchObject([{ venueId: old, price: 59_980, remaining: 0.1 }]);
  });

  it('places nothing where there is nothing to replace, and says how much had traded', async () => {
    const play = await open(market);
    const [part, all] = [
      await placed(play, aQuote('buy', { price: price(59_970) })),
      await placed(play, aQuote('buy', { size: size(0.03) })),
    ];
    play.at(15_000);
    await sent(play, aCancel(part));
    const modifies = [part, all, 'ord_nope'].map((venueId) => aModify(venueId, 'buy'));
    const outcomes = await sent(play, ...modifies);
    expect(modifies.map(({ clientId }) => outcomes[clientId])).toEqual([
      { kind: 'gone', filled: 0.01 },
      { kind: 'gone', filled: 'all' },
      { kind: 'gone', filled: undefined },
    ]);
    expect(await restingIds(play)).toEqual([]);
  });

  it('changes nothing once its time has run out, or the request allowance is used up', async () => {
    const play = await open(market, { requestsPerMinute: 2 });
    const old = await placed(play, aQuote('buy'));
    const late = aModify(old, 'buy', { price: price(59_950) });
    const [result] = await play.connected.execution.send(approved(late), START);
    expect(result).toMatchObject({ id: late.clientId, kind: 'modify' });
    expect(result?.outcome.kind).toBe('not-sent');
    await sent(play, aQuote('sell'));
    const limited = aModify(old, 'buy', { price: price(59_950) });
    expect((await sent(play, limited))[limited.clientId]?.kind).toBe('rate-limited');
    expect(play.exchange.openOrders(KEY, SYMBOL)).toMatchObject([{ id: old }, { side: 'sell' }]);
  });
}

function keepsPlaces(open: OpenPlay, ability: ModifyAbility): void {
  /** Who is filled when little trades through a price, after ours was modified. */
  const firstFilled = async (over: Parameters<typeof aQuote>[1]): Promise<'ours' | 'other'> => {
    const play = await open(market);
    const old = await placed(play, aQuote('buy'));
    const other = play.exchange.place('pf_test_other', {
      market: SYMBOL,
      side: 'buy',
      price: 59_980,
      size: 0.1,
      timeInForce: 'GTC',
      postOnly: true,
      reduceOnly: false,
    });
    if (!other.ok) throw new Error(other.failure.reason);
    const modify = aModify(old, 'buy', over);
    expect((await sent(play, modify))[modify.clientId]?.kind).toBe('modified');
    play.at(15_000);
    return play.exchange.account(KEY).fills(SYMBOL).length > 0 ? 'ours' : 'other';
  };
  const shrunk = ability === 'shrinks-in-place' ? 'ours' : 'other';

  it('keeps the place in the queue of an order that only shrinks, if it says so', async () => {
    expect(await firstFilled({ size: size(0.08) })).toBe(shrunk);
    expect(await firstFilled({ size: size(0.1) })).toBe(shrunk);
  });

  it('loses it with a larger size, or another price', async () => {
    expect(await firstFilled({ size: size(0.11) })).toBe('other');
    expect(await firstFilled({ price: price(59_979) })).toBe('other');
  });
}
