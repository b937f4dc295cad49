import { describe, expect, it } from 'vitest';
import { lots } from '#shared/simulator/exchange/matching/lots.ts';
import { createOrderRegister } from '#shared/simulator/exchange/matching/order-register.ts';
import { joinQueue } from '#shared/simulator/exchange/matching/queue-position.ts';
import type { SimulatedOrder } from '#shared/simulator/exchange/matching/resting-orders.ts';
import { START } from '#test/builders/market.ts';

const orderOf = (
  id: string,
  accountKey: string,
  status: SimulatedOrder['status'],
): SimulatedOrder => ({
  id,
  accountKey,
  market: 'BTC-PERP',
  clientId: `client-${id}`,
  side: 'buy',
  tick: 1000,
  lots: lots(1),
  reduceOnly: false,
  placedAt: START,
  remainingLots: lots(1),
  status,
  closedBecause: undefined,
  queue: joinQueue(undefined),
});

describe('the register of orders', () => {
  it('keeps every open order and the latest closed ones, whatever their number, and knows the client ids of those', () => {
    const register = createOrderRegister(10);
    register.add(orderOf('first', 'a', 'open'));
    for (let index = 0; index < 100; index += 1)
      register.add(orderOf(`closed-${index}`, index % 2 === 0 ? 'a' : 'b', 'filled'));
    expect(register.find('a', 'first')).toBeDefined();
    expect(register.knowsClientId('a', 'client-first')).toBe(true);
    expect(register.open('a', 'BTC-PERP').map(({ id }) => id)).toEqual(['first']);
    const kept = Array.from({ length: 100 }, (_, index) => index).filter(
      (index) => register.find(index % 2 === 0 ? 'a' : 'b', `closed-${index}`) !== undefined,
    );
    expect(kept.at(-1)).toBe(99);
    expect(kept.length).toBeGreaterThanOrEqual(10);
    expect(kept.length).toBeLessThanOrEqual(20);
    for (let index = 0; index < 100; index += 1)
      expect(register.knowsClientId(index % 2 === 0 ? 'a' : 'b', `client-closed-${index}`)).toBe(
        kept.includes(index),
      );
  });

  it('shows an account its own orders only', () => {
    const register = createOrderRegister();
    register.add(orderOf('one', 'a', 'open'));
    expect(register.find('b', 'one')).toBeUndefined();
    expect(register.open('b', 'BTC-PERP')).toEqual([]);
    expect(register.knowsClientId('b', 'client-one')).toBe(false);
  });
});
