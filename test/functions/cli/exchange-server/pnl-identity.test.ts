import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Side } from '#shared/domain/order/side.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { FILL_MODELS } from '#shared/simulator/exchange/matching/queue-position.ts';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import {
  closeExchanges,
  numberIn,
  rowsIn,
  serveExchange,
  type ServedExchange,
} from '#test/floors/exchange-over-http.ts';

const { after, touch, print, fundingRate } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

type Action =
  | {
      readonly kind: 'quote';
      readonly bidBelow: number;
      readonly askAbove: number;
      readonly lots: number;
      readonly postOnly: boolean;
    }
  | {
      readonly kind: 'order';
      readonly side: Side;
      readonly away: number;
      readonly lots: number;
      readonly ioc: boolean;
    }
  | { readonly kind: 'trade'; readonly side: Side; readonly lots: number }
  | { readonly kind: 'hedge'; readonly part: number }
  | { readonly kind: 'cancel-one'; readonly pick: number }
  | { readonly kind: 'cancel-all' };

interface Step {
  /** What the market does in the second before. */
  readonly moveTicks: number;
  readonly shownLots: number;
  readonly print: { readonly side: Side; readonly away: number; readonly lots: number };
  readonly account: 'pf_test_a' | 'pf_test_b';
  readonly action: Action;
}

const side = fc.constantFrom<Side>('buy', 'sell');
const lots = fc.integer({ min: 1, max: 300 });
const away = fc.integer({ min: -30, max: 60 });

const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('quote' as const),
    bidBelow: away,
    askAbove: away,
    lots,
    postOnly: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('order' as const), side, away, lots, ioc: fc.boolean() }),
  fc.record({ kind: fc.constant('trade' as const), side, lots }),
  fc.record({
    kind: fc.constant('hedge' as const),
    part: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('cancel-one' as const), pick: fc.nat(50) }),
  fc.record({ kind: fc.constant('cancel-all' as const) }),
);

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    moveTicks: fc.integer({ min: -40, max: 40 }),
    shownLots: fc.integer({ min: 1, max: 400 }),
    print: fc.record({ side, away: fc.integer({ min: 0, max: 60 }), lots }),
    account: fc.constantFrom('pf_test_a' as const, 'pf_test_b' as const),
    action: actions,
  }),
  { minLength: 5, maxLength: 40 },
);

const TICK = 0.1;
const LOT = 0.001;
const MID_TICK = 600_000;
const at = (ticks: number): number => Math.round(ticks) / 10;

/** A walk of the touch, a print of a stranger each second, and a funding boundary a minute in. */
function walk(script: readonly Step[]): {
  readonly events: readonly FeedEvent[];
  readonly midTicks: readonly number[];
} {
  const events: FeedEvent[] = [
    fundingRate(0, 0.0007),
    touch(0, at(MID_TICK - 5), at(MID_TICK + 5), 0.2),
  ];
  const midTicks: number[] = [];
  let mid = MID_TICK;
  script.forEach((step, index) => {
    const second = (index + 1) * 4000;
    const printed = mid + (step.print.side === 'buy' ? step.print.away : -step.print.away);
    events.push(print(second - 500, step.print.side, at(printed), step.print.lots * LOT));
    mid += step.moveTicks;
    midTicks.push(mid);
    events.push(touch(second, at(mid - 5), at(mid + 5), step.shownLots * LOT));
  });
  return { events, midTicks };
}

/**
 * What rests of one account as told by the answers alone: what was placed, less what was reported
 * as traded or cancelled.
 */
interface Model {
  readonly remainingLots: Map<string, number>;
}

const inLots = (size: unknown): number => Math.round(Number(size) / LOT);

const longOrShort = (of: Side): string => (of === 'buy' ? 'long' : 'short');

async function act(
  served: ServedExchange,
  { account, action }: Step,
  midTick: number,
  model: Model,
): Promise<void> {
  const { get, post, delete: remove } = served;
  const key = { key: account };
  switch (action.kind) {
    case 'quote':
      return quote(served, account, action, midTick, model);
    case 'order':
      return order(served, account, action, midTick, model);
    case 'trade': {
      const body = {
        symbol: 'BTC-PERP',
        side: longOrShort(action.side),
        size_usd: action.lots * LOT * midTick * TICK,
      };
      await post('/v1/trade', body, key);
      return;
    }
    case 'hedge':
      await post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: action.part }, key);
      return;
    case 'cancel-one': {
      const ids = rowsIn(await get('/v1/orders', key), 'orders').map(({ id }) => String(id));
      const id = ids[action.pick % Math.max(1, ids.length)] ?? 'ord_none';
      if ((await remove(`/v1/orders/${id}`, undefined, key)).status === 200)
        model.remainingLots.delete(id);
      return;
    }
    case 'cancel-all':
      await post('/v1/mm/cancel', { symbol: 'BTC-PERP' }, key);
      model.remainingLots.clear();
  }
}

type Of<Kind extends Action['kind']> = Extract<Action, { kind: Kind }>;

async function quote(
  { post }: ServedExchange,
  key: string,
  action: Of<'quote'>,
  midTick: number,
  model: Model,
): Promise<void> {
  const [bid, ask] = [at(midTick - action.bidBelow), at(midTick + action.askAbove)];
  const sizes = { bid_size: action.lots * LOT * bid, ask_size: action.lots * LOT * ask };
  const body = {
    symbol: 'BTC-PERP',
    bid_price: bid,
    ask_price: ask,
    ...sizes,
    post_only: action.postOnly,
  };
  const quoted = await post('/v1/mm/quote', body, { key });
  for (const name of ['bid', 'ask']) {
    const id = quoted.body[`${name}_id`];
    if (typeof id === 'string') model.remainingLots.set(id, inLots(quoted.body[`${name}_size`]));
  }
}

async function order(
  { post }: ServedExchange,
  key: string,
  action: Of<'order'>,
  midTick: number,
  model: Model,
): Promise<void> {
  const price = at(action.side === 'buy' ? midTick - action.away : midTick + action.away);
  const body = {
    market: 'BTC-PERP',
    side: action.side,
    size: action.lots * LOT * price,
    type: 'limit',
    price,
  };
  const sent = await post(
    '/api/orders',
    { ...body, time_in_force: action.ioc ? 'IOC' : 'GTC' },
    { key },
  );
  const id = sent.body['order_id'];
  if (typeof id === 'string' && !action.ioc) model.remainingLots.set(id, action.lots);
}

const PARTS = [
  'spread_income',
  'rebates',
  'fees_paid',
  'inventory_pnl',
  'hedge_cost',
  'funding',
] as const;

async function expectIdentity(
  { exchange, get }: ServedExchange,
  key: string,
  from: number,
): Promise<void> {
  const pnl = await get(`/v1/mm/pnl?symbol=BTC-PERP&from=${from}`, { key });
  const sum = PARTS.reduce((total, part) => total + numberIn(pnl, part), 0);
  expect(Math.abs(sum - numberIn(pnl, 'net_pnl'))).toBeLessThan(1e-6);
  if (from === 0)
    expect(Math.abs(numberIn(pnl, 'net_pnl') - (exchange.equityUsd(key) - 100_000))).toBeLessThan(
      1e-6,
    );
}

/**
 * Trades of the account, taken off what the model believes to rest; an order of the same account
 * that gave way is looked up.
 */
async function expectModelled({ get }: ServedExchange, key: string, model: Model): Promise<void> {
  const trades = rowsIn(await get('/v1/trade/history?since=0&limit=200', { key }), 'trades');
  const traded = new Map<string, number>();
  for (const { orderId, size } of trades)
    traded.set(String(orderId), (traded.get(String(orderId)) ?? 0) + inLots(size));
  const expected: string[] = [];
  for (const [id, sentLots] of model.remainingLots) {
    const left = sentLots - (traded.get(id) ?? 0);
    expect(left).toBeGreaterThanOrEqual(0);
    const gaveWay =
      left > 0 &&
      (await get(`/v1/orders/${id}`, { key })).body['reason'] === 'self-trade prevention';
    if (left > 0 && !gaveWay) expected.push(`${id} ${left}`);
  }
  const listed = rowsIn(await get('/v1/orders', { key }), 'orders').map(
    ({ id, remaining_size: size }) => `${String(id)} ${inLots(size)}`,
  );
  expect(listed.toSorted()).toEqual(expected.toSorted());
}

describe('whatever two accounts do', () => {
  it.each(FILL_MODELS)(
    'their P&L adds up and their orders are what they sent (%s)',
    async (fillModel) => {
      await fc.assert(
        fc.asyncProperty(steps, async (script) => {
          const { events, midTicks } = walk(script);
          const served = await serveExchange([handFeed(events)], { fillModel });
          const models = {
            pf_test_a: { remainingLots: new Map<string, number>() },
            pf_test_b: { remainingLots: new Map<string, number>() },
          };
          for (const [index, step] of script.entries()) {
            served.at((index + 1) * 4000);
            await act(served, step, midTicks[index] ?? MID_TICK, models[step.account]);
          }
          for (const key of ['pf_test_a', 'pf_test_b'] as const) {
            await expectModelled(served, key, models[key]);
            for (const from of [0, after(10_000), after(script.length * 2000), after(61_000)])
              await expectIdentity(served, key, from);
          }
          expect(served.errors).toEqual([]);
          await closeExchanges();
        }),
        { numRuns: 25 },
      );
    },
  );
});
