import * as fc from 'fast-check';
import { createLineToExchange } from '#shared/adapters/simulated/line-to-exchange.ts';
import type { VenueOutcome } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';
import { createVendorClient, type VendorClient } from '#shared/simulation/bots/vendor-client.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import { BEFORE_FUNDING, handFeed } from '#test/builders/feeds.ts';
import { swingingMarket } from '#test/builders/swinging-market.ts';
import { serveExchange } from '#test/floors/exchange-over-http.ts';
import { httpClient } from './http-client.ts';

export const SYMBOL = 'BTC-PERP';
export const KEY = 'pf_test_me';
export const DEPOSIT_USD = 100_000;

/** What a script may do next. Prices are that far from 60,000, outwards. */
export type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'ask' | 'cancel' }
  | { readonly do: 'quote'; readonly away: number; readonly sizeUsd: number }
  | {
      readonly do: 'order';
      readonly side: 'buy' | 'sell';
      readonly away: number;
      readonly sizeUsd: number;
      readonly postOnly: boolean;
    }
  | { readonly do: 'hedge'; readonly share: number }
  | { readonly do: 'trade'; readonly side: 'buy' | 'sell'; readonly sizeUsd: number };

const side = fc.constantFrom('buy' as const, 'sell' as const);
const away = fc.double({ min: -15, max: 40, noNaN: true });
const sizeUsd = fc.double({ min: 1, max: 9000, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 15_000 }) }),
  fc.record({ do: fc.constantFrom('ask' as const, 'cancel' as const) }),
  fc.record({ do: fc.constant('quote' as const), away, sizeUsd }),
  fc.record({ do: fc.constant('order' as const), side, away, sizeUsd, postOnly: fc.boolean() }),
  fc.record({
    do: fc.constant('hedge' as const),
    share: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
  fc.record({ do: fc.constant('trade' as const), side, sizeUsd }),
);
export const stories = fc.array(step, { minLength: 5, maxLength: 40 });

/** Trades as maker and taker, and holds something over the funding at 60 s. */
export const TRADING: Step[] = [
  { do: 'wait', ms: 1000 },
  { do: 'quote', away: 20, sizeUsd: 6000 },
  { do: 'wait', ms: 15_000 },
  { do: 'order', side: 'sell', away: -15, sizeUsd: 3000, postOnly: false },
  { do: 'trade', side: 'buy', sizeUsd: 4000 },
  { do: 'hedge', share: 0.5 },
  { do: 'cancel' },
];

export interface ScriptedVenue {
  readonly exchange: Exchange;
  readonly client: VendorClient;
  /** The venue from now on is at this many ms after BEFORE_FUNDING. */
  at(afterMs: number): void;
}

export function inProcess(): ScriptedVenue {
  const exchange = createExchange({
    feeds: [handFeed(swingingMarket())],
    fillModel: 'trade-through',
    startsAt: BEFORE_FUNDING,
    depositUsd: DEPOSIT_USD,
    maxLeverage: 10,
  });
  const line = createLineToExchange({
    exchange,
    accountKey: KEY,
    clock: { now: exchange.now, sleep: async () => undefined },
    latencyMs: 0,
    requestsPerMinute: 1_000_000,
  });
  const unheard = { asked: () => undefined, placed: () => undefined, hedged: () => undefined };
  return {
    exchange,
    client: createVendorClient(line, SYMBOL, unheard),
    at: (afterMs) => exchange.advanceTo(epochMs(BEFORE_FUNDING + afterMs)),
  };
}

export async function overHttp(): Promise<ScriptedVenue> {
  const served = await serveExchange([handFeed(swingingMarket())], { depositUsd: DEPOSIT_USD });
  const { exchange } = served;
  return {
    exchange,
    client: httpClient(served, SYMBOL),
    at(afterMs) {
      served.at(afterMs);
      exchange.advanceTo(epochMs(BEFORE_FUNDING + afterMs));
    },
  };
}

/** Plays a story and 70 s more; what the venue answered, refusals by their codes. */
export async function play(
  { client, at }: ScriptedVenue,
  story: readonly Step[],
): Promise<readonly unknown[]> {
  const seen: unknown[] = [];
  let ms = 0;
  let lastOrder = 'ord_nope';
  for (const todo of story) {
    if (todo.do === 'wait') at((ms += todo.ms));
    const answers = await take(client, todo, lastOrder);
    seen.push(...answers);
    if (todo.do === 'order') lastOrder = String(answers[0]);
  }
  at(ms + 70_000);
  return seen;
}

async function take(
  client: VendorClient,
  todo: Step,
  lastOrder: string,
): Promise<readonly unknown[]> {
  switch (todo.do) {
    case 'wait':
      return [];
    case 'ask':
      return [
        said(await client.mid()),
        said(await client.hourlyVolatility()),
        said(await client.inventoryUsd()),
        said(await client.openOrders()),
        said(await client.orderStatus(lastOrder)),
      ];
    case 'cancel':
      return [said(await client.cancelAll())];
    case 'quote': {
      const [bid, ask] = [60_000 - todo.away, 60_000 + todo.away];
      return [said(await client.quote({ bid, ask, sizeUsd: todo.sizeUsd }))];
    }
    case 'order': {
      const price = todo.side === 'buy' ? 60_000 - todo.away : 60_000 + todo.away;
      return [said(await client.order({ ...todo, price }))];
    }
    case 'hedge':
      return [said(await client.hedge(todo.share), ({ usd }) => usd)];
    case 'trade':
      return [said(await client.trade(todo.side, todo.sizeUsd), ({ usd }) => usd)];
  }
}

function said<T>(
  outcome: VenueOutcome<T>,
  value: (answer: T) => unknown = (same) => same,
): unknown {
  if (outcome.ok) return value(outcome.value);
  return outcome.failure.kind === 'rejected' ? outcome.failure.code : outcome.failure;
}
