import { done, failed, type VenueOutcome } from '#shared/domain/failure.ts';
import type { Budget } from '#shared/simulation/bots/bot.ts';
import type { VendorClient } from '#shared/simulation/bots/vendor-client.ts';

/** What the venue says; whatever is undefined gets no answer. */
export interface Said {
  mid?: number | undefined;
  hourlyVolatility?: number | undefined;
  inventoryUsd?: number | undefined;
  open?: readonly string[];
  status?: Readonly<Record<string, 'open' | 'filled' | 'cancelled'>>;
  /** Of orders. */
  refuses?: boolean;
}

type Call = readonly [name: keyof VendorClient, ...given: readonly unknown[]];

export interface Scripted {
  readonly client: VendorClient;
  /** What the venue says from now on. */
  readonly say: (said: Said) => void;
  /** What was asked since the last time this was called. */
  readonly asked: () => readonly Call[];
}

/**
 * A venue that says what it was told to, and writes down what it is asked. Orders are `o1`, `o2`.
 */
export function scripted(first: Said): Scripted {
  let said = first;
  let calls: Call[] = [];
  let orders = 0;
  const heard = <T>(call: Call, answer: T | undefined): Promise<VenueOutcome<T>> => {
    calls.push(call);
    return Promise.resolve(
      answer === undefined ? failed({ kind: 'outcome-unknown', detail: 'silent' }) : done(answer),
    );
  };
  return {
    say(now) {
      said = now;
    },
    asked() {
      const all = calls;
      calls = [];
      return all;
    },
    client: {
      mid: () => heard(['mid'], said.mid),
      hourlyVolatility: () => heard(['hourlyVolatility'], said.hourlyVolatility),
      inventoryUsd: () => heard(['inventoryUsd'], said.inventoryUsd),
      openOrders: () => heard(['openOrders'], said.open),
      orderStatus: (id) => heard(['orderStatus', id], said.status?.[id]),
      cancelAll: () => heard(['cancelAll'], 'cancelled' as const),
      quote: (pair) => heard(['quote', pair], 'placed' as const),
      order: (order) =>
        heard(['order', order], said.refuses === true ? undefined : `o${(orders += 1)}`),
      hedge: (share) => heard(['hedge', share], { usd: 1, inventoryUsd: 0 }),
      trade: (side, sizeUsd) => heard(['trade', side, sizeUsd], { usd: 1, inventoryUsd: 0 }),
    },
  };
}

export const BUDGET: Budget = { quoteSizeUsd: 100, maxInventoryUsd: 1000 };
