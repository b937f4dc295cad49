import { describe, expect, it } from 'vitest';
import type { Side } from '#shared/domain/order/side.ts';
import { price, size } from '#shared/domain/units.ts';
import type { MarketTrade, MarketView } from '#shared/domain/venue/view.ts';
import type { WorkingOrder } from '#shared/domain/order/working-order.ts';
import { type BrainState, learn } from '#shared/strategy/brain-state.ts';
import {
  aBrain,
  after,
  aQuoteFill,
  aTrade,
  aView,
  aWorkingOrder,
  START,
} from '#test/builders/market.ts';
import { inState } from '#test/builders/open-order.ts';
import { lookAt } from '../looks.ts';

describe('what learns from our own fills', () => {
  const known: BrainState = learn(aBrain, lookAt(aView({ now: START }), aBrain));
  const watching: BrainState = { ...known, last: { at: START, mid: 100_000 } };
  const seen = (view: Partial<MarketView>): BrainState =>
    learn(watching, lookAt(aView({ now: after(3000), ...view }), watching));
  const bucket = (state: BrainState, index: number): { seconds: number; fills: number } => ({
    seconds: Number(state.intensity.seconds[index]),
    fills: Number(state.intensity.fills[index]),
  });

  it('counts how long each open order rested at its distance, and fills where they happened (A4, A5)', () => {
    const orders: readonly WorkingOrder[] = [
      aWorkingOrder({ venueId: 'a', price: price(99_955), since: after(1000) }),
      aWorkingOrder({ venueId: 'b', side: 'sell', price: price(100_025), since: after(-9000) }),
      aWorkingOrder({ venueId: 'c', side: 'sell', price: price(100_995), since: START }),
      inState('cancelling', { venueId: 'd', price: price(99_985) }),
    ];
    const state = seen({ orders, fills: [aQuoteFill({ price: price(99_935), at: after(1500) })] });
    expect(bucket(state, 4)).toEqual({ seconds: 2, fills: 0 });
    expect(bucket(state, 2)).toEqual({ seconds: 3, fills: 0 });
    expect(bucket(state, 6)).toEqual({ seconds: 1.5, fills: 1 });
    expect(bucket(state, 1)).toEqual({ seconds: 0, fills: 0 });
    expect(state.intensity.seconds.reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(6.5, 9);
  });

  it('counts a part of an order as that part, and its time once (A5)', () => {
    const state = seen({
      orders: [
        aWorkingOrder({
          venueId: 'ord_1',
          price: price(99_955),
          remaining: size(0.003),
          since: START,
        }),
      ],
      fills: [aQuoteFill({ price: price(99_955), size: size(0.001) })],
    });
    expect(bucket(state, 4)).toEqual({ seconds: 3, fills: 0.25 });
  });

  it('tells quotes filled at once from those that rest, each once, and older ones not at all (A13)', () => {
    const state = seen({
      orders: [
        aWorkingOrder({ venueId: 'rests', since: after(10) }),
        aWorkingOrder({ venueId: 'partly', since: after(10) }),
        aWorkingOrder({ venueId: 'old', since: after(-10) }),
        inState('cancelling', { venueId: 'going', since: after(10) }),
        inState('sending', { since: after(10) }),
      ],
      fills: [
        aQuoteFill({ id: '1', orderId: 'partly', placedAt: after(10) }),
        aQuoteFill({ id: '2', orderId: 'gone', placedAt: after(10) }),
        aQuoteFill({ id: '3', orderId: 'gone', placedAt: after(10) }),
        aQuoteFill({ id: '4', orderId: 'old-one', placedAt: after(-10) }),
        aQuoteFill({ id: '5', orderId: 'unknown', placedAt: undefined }),
      ],
    });
    expect(state.toxicity).toMatchObject({ placed: 3, filledAtOnce: 2 });
  });

  it('measures how far takers went beyond the last mid on each side, where trades are shown (A4, A5)', () => {
    const first = seen({ trades: [] });
    const trade = (side: Side, paid: number): MarketTrade =>
      aTrade({ at: after(5000), side, price: price(paid) });
    const view = aView({
      now: after(6000),
      trades: [
        trade('buy', 100_020),
        trade('buy', 100_050),
        trade('sell', 99_990),
        trade('sell', 100_010),
      ],
    });
    const second = learn(first, lookAt(view, first));
    expect(second.reach.events).toBeCloseTo(2, 9);
    expect(second.reach.distance).toBeCloseTo(5 + 1, 6);
    expect(second.reach.seconds).toBeCloseTo(6, 9);
    expect(seen({ trades: undefined }).reach).toBe(watching.reach);
  });
});
