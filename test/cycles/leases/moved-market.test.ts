import { describe, expect, it } from 'vitest';
import { parseClientOrderId } from '#shared/domain/order/client-order-id.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { seededRandom } from '#shared/math/random.ts';
import type { LeaseStore } from '#shared/ports/stores/lease-store.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import {
  after,
  inOrder,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  savedSession,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const ETH = marketId('purple-flea', 'ETH-PERP');
const MINUTE = 60_000;
const { print } = eventsFrom(START);

const twoMarkets = (seconds: number): TradingFloor =>
  openFloor({
    events: quietMarket(seconds),
    others: ['ETH-PERP'],
    written: { spreadModel: 'fixed', baseSpreadBps: 10, maxQuoteAgeMs: 600_000 },
  });

/** Under which fences quotes of a market rest, and how many of them. */
function restingOf({ exchange }: TradingFloor, symbol: string) {
  const orders = exchange.openOrders(KEY, symbol);
  const fences = new Set(
    orders.map(({ clientId }) => {
      const id = clientId === undefined ? undefined : parseClientOrderId(clientId);
      return id?.role === 'quote' ? id.fence : undefined;
    }),
  );
  return { quotes: orders.length, fences: [...fences] };
}

/** Of ETH. */
const idsOf = ({ exchange }: TradingFloor): readonly string[] =>
  exchange.openOrders(KEY, 'ETH-PERP').map(({ id }) => id);

const said = ({ logs }: TradingFloor, words: string) =>
  logs.filter(({ message }) => message.includes(words));

describe('a market that a deployment moves to another group', () => {
  it('is traded by one at a time: the new group waits for the old one, which hands on the rest', async () => {
    const floor = twoMarkets(16 * 60);
    floor.invoke(0, 'old', { markets: [MARKET, ETH], group: 'old' });
    for (let minute = 1; minute < 16; minute += 1)
      floor.invoke(minute * MINUTE, `old-${minute}`, { markets: [MARKET], group: 'old' });
    floor.schedule(40_000, 15, { markets: [ETH], group: 'new' });
    const bare = { btc: 0, eth: 0 };
    let both = 0;
    for (let at = 10_000; at < 15 * MINUTE; at += 500)
      floor.doAt(at, () => {
        const [btc, eth] = [restingOf(floor, SYMBOL), restingOf(floor, 'ETH-PERP')];
        both = Math.max(both, eth.fences.length, eth.quotes - 1);
        if (btc.quotes === 0) bare.btc += 500;
        if (eth.quotes === 0) bare.eth += 500;
      });
    await floor.runFor(15 * MINUTE);
    expect(both).toBe(1);
    expect(bare.btc).toBe(0);
    // From when the old group has emptied it until the new one has seen that.
    expect(bare.eth).toBeLessThan(15_000);
    expect(said(floor, 'the group old still trades it').length).toBeGreaterThan(3);
    const owners = { btc: await savedSession(floor), eth: await savedSession(floor, ETH) };
    expect([owners.btc.group, owners.eth.group]).toEqual(['old', 'new']);
    expect(restingOf(floor, 'ETH-PERP').quotes).toBe(2);
    expect(owners.eth.orders.working.filter(({ state }) => state === 'open')).toHaveLength(2);
    expect(floor.metrics.filter(({ name }) => name === 'SessionFailed')).toEqual([]);
    expect(floor.failures).toEqual([]);
  });

  it('is taken as soon as the lease of a holder that died has run out, with what rests', async () => {
    const floor = twoMarkets(200);
    const dead = aProcess();
    const inside = dead.inside(floor.deps.group);
    floor.invoke(0, 'dead', { ...inside, markets: [MARKET, ETH], group: 'old' });
    floor.doAt(30_000, () => dead.kill());
    floor.invoke(40_000, 'new', { markets: [ETH], group: 'new' });
    const seen: unknown[] = [];
    for (const at of [45_000, 80_000])
      floor.doAt(at, async () => {
        seen.push([restingOf(floor, 'ETH-PERP').quotes, (await savedSession(floor, ETH)).group]);
      });
    await floor.runFor(81_000);
    expect(seen).toEqual([
      [2, 'old'],
      [2, 'new'],
    ]);
  });

  it('is taken from a last start of the old group that is younger than the new one, and dies', async () => {
    const floor = twoMarkets(400);
    const [first, last] = [aProcess(), aProcess()];
    const inside = ({ inside: of }: typeof first) => ({ ...of(floor.deps.group), markets: [ETH] });
    floor.invoke(0, 'first', { ...inside(first), group: 'old' });
    floor.schedule(8000, 6, { markets: [MARKET, ETH], group: 'new' });
    floor.doAt(12_000, () => first.kill());
    // Before the new one has seen that the lease has run out.
    floor.invoke(26_000, 'last', { ...inside(last), group: 'old' });
    floor.doAt(150_000, async () => {
      expect(restingOf(floor, 'ETH-PERP').quotes).toBe(2);
      expect((await savedSession(floor, ETH)).group).toBe('old');
      last.kill();
    });
    let bare = 0;
    for (let at = 10_000; at < 350_000; at += 1000)
      floor.doAt(at, () => void (bare += restingOf(floor, SYMBOL).quotes === 0 ? 1 : 0));
    await floor.runFor(350_000);
    expect(restingOf(floor, 'ETH-PERP').quotes).toBe(2);
    const { group, savedAt } = await savedSession(floor, ETH);
    expect([group, savedAt > after(300_000)]).toEqual(['new', true]);
    expect((await floor.deps.group.leases.read('new'))?.markets).toEqual([MARKET, ETH]);
    expect(bare).toBe(0);
    expect(floor.failures).toEqual([]);
  });

  it('is taken from a group that let go of it by one that was begun before, and knows nothing of it', async () => {
    const floor = twoMarkets(500);
    // The new group's holder began with the version before: it may go on for minutes.
    floor.invoke(0, 'before', { markets: [MARKET], group: 'new' });
    floor.invoke(0, 'old', { markets: [ETH], group: 'old', sessionMs: 60_000 });
    for (let minute = 1; minute < 7; minute += 1)
      floor.invoke(minute * MINUTE, `new-${minute}`, { markets: [MARKET, ETH], group: 'new' });
    let bare = 0;
    for (let at = 10_000; at < 400_000; at += 1000)
      floor.doAt(at, () => void (bare += restingOf(floor, SYMBOL).quotes === 0 ? 1 : 0));
    await floor.runFor(400_000);
    expect(restingOf(floor, 'ETH-PERP').quotes).toBe(2);
    expect((await savedSession(floor, ETH)).group).toBe('new');
    expect(bare).toBe(0);
    const handedOver = floor.reports.filter(
      (report) => report.kind === 'ran' && report.ended.kind === 'handed-over',
    );
    expect(handedOver).toHaveLength(1);
    expect(floor.failures).toEqual([]);
  });

  it('is left alone where nobody can read whether the old group still trades it', async () => {
    const floor = twoMarkets(100);
    floor.invoke(0, 'old', { markets: [MARKET, ETH], group: 'old' });
    const { leases } = floor.deps.group;
    const read: LeaseStore['read'] = (group) =>
      group === 'old' ? Promise.reject(new Error('throttled')) : leases.read(group);
    floor.invoke(40_000, 'new', { markets: [ETH], group: 'new', leases: { ...leases, read } });
    let least = 2;
    for (let at = 10_000; at < 90_000; at += 250)
      floor.doAt(at, () => void (least = Math.min(least, restingOf(floor, 'ETH-PERP').quotes)));
    await floor.runFor(90_000);
    expect(least).toBe(2);
    expect((await savedSession(floor, ETH)).group).toBe('old');
    expect(said(floor, 'cannot be read: Error: throttled').length).toBeGreaterThan(0);
  });
});

describe('markets that are moved to and fro between groups', () => {
  it('are never quoted twice, lose no fill, and are empty at last: 90 starts (E1)', async () => {
    const random = seededRandom(11);
    const floor = openFloor({
      events: inOrder(
        quietMarket(700, (at) => 100_000 + 40 * Math.round(Math.sin(at / 7))),
        ...Array.from({ length: 60 }, (_, index) =>
          index % 2 === 0
            ? print((index * 10 + 3.2) * 1000, 'sell', 99_800, 5)
            : print((index * 10 + 3.2) * 1000, 'buy', 100_300, 5),
        ),
      ),
      others: ['ETH-PERP'],
      written: { spreadModel: 'fixed', baseSpreadBps: 10, quoteSizeUsd: 100 },
    });
    const groups = [
      { group: 'both', markets: [MARKET, ETH] },
      { group: 'btc', markets: [MARKET] },
      { group: 'eth', markets: [ETH] },
    ];
    for (let start = 0; start < 90; start += 1) {
      const sessionMs = 5000 + Math.round(random.uniform() * 40_000);
      const group = groups[Math.floor(random.uniform() * 3)];
      const atMs = Math.round(random.uniform() * 600_000);
      floor.invoke(atMs, `start-${start}`, { sessionMs, ...group });
    }
    let most = 0;
    let fences = 0;
    floor.exchange.listen({
      ticked() {
        for (const symbol of [SYMBOL, 'ETH-PERP']) {
          const open = floor.exchange.openOrders(KEY, symbol);
          for (const side of ['buy', 'sell'])
            most = Math.max(most, open.filter((order) => order.side === side).length);
          fences = Math.max(fences, restingOf(floor, symbol).fences.length);
        }
      },
    });
    await floor.runFor(690_000);
    expect(floor.failures).toEqual([]);
    expect(most).toBe(1);
    expect(fences).toBe(1);
    expect(said(floor, 'still trades it').length).toBeGreaterThan(10);
    expect(floor.reports.filter(({ kind }) => kind === 'ran').length).toBeGreaterThan(8);
    for (const symbol of [SYMBOL, 'ETH-PERP'])
      expect(restingOf(floor, symbol)).toEqual({ quotes: 0, fences: [] });
    expect(floor.metrics.filter(({ name }) => name === 'PositionMismatch')).toEqual([]);
    const account = floor.exchange.account(KEY);
    const fills = [SYMBOL, 'ETH-PERP'].flatMap((symbol) => account.fills(symbol));
    expect(fills.length).toBeGreaterThan(20);
    expect(floor.fills().ledger).toEqual(fills.map(({ id }) => id).toSorted());
  });
});

describe('a market whose save is fenced off', () => {
  it('is lost alone: nothing of it is touched, and the others of its group go on and hand over', async () => {
    const floor = twoMarkets(16 * 60);
    floor.schedule(0, 15, { markets: [MARKET, ETH], group: 'old' });
    const { sessions } = floor.deps.group;
    // Somebody who took it over without asking: its quotes are his from now on.
    let ids: readonly string[] = [];
    floor.doAt(20_000, async () => {
      const session = await savedSession(floor, ETH);
      const taken = { ...session, fence: session.fence + 5000, group: 'new' };
      await sessions.save(taken, session.fence);
      ids = idsOf(floor);
    });
    const seen: unknown[] = [];
    let bare = 0;
    for (let at = 90_000; at < 14 * MINUTE; at += 1000)
      floor.doAt(at, () => void (bare += restingOf(floor, SYMBOL).quotes === 0 ? 1 : 0));
    // The next save is a minute away at most.
    floor.doAt(90_000, async () => {
      const lease = await floor.deps.group.leases.read('old');
      seen.push(lease?.markets, (lease?.expiresAt ?? 0) > after(90_000));
    });
    await floor.runFor(10 * MINUTE);
    expect(ids).toHaveLength(2);
    expect(idsOf(floor)).toEqual(ids);
    expect(seen).toEqual([[MARKET], true]);
    expect(said(floor, 'the market is lost')).toHaveLength(1);
    await floor.runFor(14 * MINUTE);
    expect(bare).toBe(0);
    expect(floor.reports).toContainEqual(
      expect.objectContaining({ kind: 'ran', ended: { kind: 'handed-over' } }),
    );
    expect(floor.failures).toEqual([]);
  });

  it('is all that a group of one had: its invocation ends', async () => {
    const floor = twoMarkets(120);
    floor.invoke(0, 'a', { markets: [ETH] });
    floor.doAt(20_000, async () => {
      const session = await savedSession(floor, ETH);
      await floor.deps.group.sessions.save({ ...session, fence: session.fence + 5000 });
    });
    await floor.runFor(90_000);
    expect(floor.reports).toMatchObject([{ kind: 'ran', ended: { kind: 'lost-lease' } }]);
    expect(restingOf(floor, 'ETH-PERP').quotes).toBe(2);
  });
});
