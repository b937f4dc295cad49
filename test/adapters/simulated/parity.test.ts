import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { OrderCommand } from '#shared/domain/order/order.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { swingingMarket } from '#test/builders/swinging-market.ts';
import {
  aCancel,
  approved,
  aQuote,
  aReduction,
  LATER,
  MARKET,
  START,
  SYMBOL,
  type VenuePlay,
} from '#test/contracts/venue-play.ts';
import { closeExchanges } from '#test/floors/exchange-over-http.ts';
import { openOverHttp } from '../purple-flea/open-play.ts';
import { openInProcess } from './open-play.ts';

afterAll(closeExchanges);

type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'pair'; readonly away: number; readonly lots: number }
  | {
      readonly do: 'single';
      readonly side: 'buy' | 'sell';
      readonly away: number;
      readonly lots: number;
    }
  | { readonly do: 'cancel'; readonly nth: number }
  | { readonly do: 'reduce'; readonly lots: number; readonly away: number }
  | { readonly do: 'cancel ours' | 'cancel all' | 'look' | 'history' };

const away = fc.integer({ min: -5, max: 40 });
const lots = fc.integer({ min: 0, max: 120 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.integer({ min: 0, max: 15_000 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pair' as const), away, lots }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('single' as const),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      away,
      lots,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('cancel' as const), nth: fc.nat({ max: 12 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reduce' as const), lots, away }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'cancel ours' as const,
        'cancel all' as const,
        'look' as const,
        'history' as const,
      ),
    }),
  },
);

/** Plays a story; what is sent was drawn before, so that both venues hear the same. */
async function play(
  venue: VenuePlay,
  story: readonly (readonly [Step, OrderCommand[]])[],
): Promise<unknown> {
  const seen: unknown[] = [await venue.connected.data.spec(MARKET)];
  const ids: string[] = [];
  let at = 0;
  for (const [todo, drawn] of story) {
    if (todo.do === 'wait') venue.at((at += todo.ms));
    const cancels = todo.do === 'cancel' ? [aCancel(ids[todo.nth] ?? 'ord_nope')] : [];
    const commands = approved(...drawn, ...cancels);
    const results = await venue.connected.execution.send(commands, LATER);
    for (const { outcome } of results) if (outcome.kind === 'placed') ids.push(outcome.venueId);
    seen.push(results, ...(await asked(venue, todo, at, ids)));
  }
  return inOneTongue(seen);
}

async function asked(
  { connected: { data, execution, history } }: VenuePlay,
  todo: Step,
  at: number,
  ids: readonly string[],
): Promise<readonly unknown[]> {
  switch (todo.do) {
    case 'cancel ours':
      return [await execution.cancelOurs(MARKET, ids.slice(-3))];
    case 'cancel all':
      return [await execution.cancelAll(MARKET)];
    case 'look':
      return [await data.book(MARKET), await execution.account(MARKET), await data.funding(MARKET)];
    case 'history':
      return [
        await history.fills(MARKET, START),
        await history.fundingPayments(MARKET, START, epochMs(START + at)),
        await history.equityChange(MARKET, START),
        await data.hourlyVolatility(MARKET),
      ];
    case 'wait':
    case 'pair':
    case 'single':
    case 'cancel':
    case 'reduce':
      return [];
  }
}

function commandsOf(todo: Step): OrderCommand[] {
  const amount = 'lots' in todo ? size(todo.lots / 1000) : size(0);
  const bidAt = (from: number): { readonly price: ReturnType<typeof price> } => ({
    price: price(60_000 - from),
  });
  const askAt = (from: number): { readonly price: ReturnType<typeof price> } => ({
    price: price(60_000 + from),
  });
  switch (todo.do) {
    case 'pair':
      return [
        aQuote('buy', { ...bidAt(todo.away), size: amount }),
        aQuote('sell', { ...askAt(todo.away), size: amount }),
      ];
    case 'single':
      return [
        aQuote(todo.side, { ...(todo.side === 'buy' ? bidAt : askAt)(todo.away), size: amount }),
      ];
    case 'reduce':
      return [aReduction({ size: amount, positionSize: size(0.1), ...bidAt(todo.away) })];
    case 'wait':
    case 'cancel':
    case 'cancel ours':
    case 'cancel all':
    case 'look':
    case 'history':
      return [];
  }
}

/** The wording may differ, and what the exchange knows of a fill beyond what it shows. */
const BEYOND: ReadonlySet<string> = new Set(['reason', 'detail', 'why', 'mid', 'clientId']);

const inOneTongue = (seen: unknown): unknown =>
  JSON.parse(
    JSON.stringify(seen, (key, value: unknown) => {
      if (BEYOND.has(key)) return undefined;
      return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
    }),
  );

/** Quotes at the touch for a while: whatever is drawn, this one trades. */
const TRADING: Step[] = [
  { do: 'pair', away: 20, lots: 100 },
  { do: 'wait', ms: 15_000 },
  { do: 'cancel', nth: 0 },
  { do: 'reduce', lots: 50, away: 40 },
  { do: 'wait', ms: 15_000 },
];

describe('the venue in process', () => {
  it('shows exactly what the adapter sees through the face of the exchange', async () => {
    let fills = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const story = [...steps, { do: 'look' } as const, { do: 'history' } as const].map(
          (todo) => [todo, commandsOf(todo)] as const,
        );
        const [near, far] = [
          await openInProcess()(swingingMarket()),
          await openOverHttp(swingingMarket()),
        ];
        const overHttp = await play(far, story);
        expect(await play(near, story)).toEqual(overHttp);
        expect(near.exchange.equityUsd('pf_test_contract')).toBe(
          far.exchange.equityUsd('pf_test_contract'),
        );
        fills += near.exchange.account('pf_test_contract').fills(SYMBOL).length;
      }),
      { numRuns: 60, examples: [[TRADING]] },
    );
    // Else it compared quiet markets only.
    expect(fills).toBeGreaterThan(0);
  });
});
