import { performance } from 'node:perf_hooks';
import { inventoryCapUsd } from '#shared/domain/books/inventory-cap.ts';
import type { Parameters, ParameterVersion } from '#shared/domain/parameters/parameters.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';
import { decide } from '#shared/strategy/decide.ts';
import { type Decision, wantedOf } from '#shared/strategy/decision.ts';
import { diffOrders } from '#shared/orders/diff-orders.ts';
import { orderCommands } from '#shared/orders/order-commands.ts';
import { reviewCommands } from '#shared/orders/review-commands.ts';
import { aWorkingOrder, parameters, BTC } from '#test/builders/market.ts';
import { NO_MODIFY } from '#test/builders/open-order.ts';
import { looks } from './looks.ts';

/** What the design allows a decision, in microseconds. */
const BUDGET_US = { median: 20, p99: 100 };
const WARM_UP = 20_000;
const SAMPLES = 60_000;
const MODELS: readonly Parameters['spreadModel'][] = [
  'fixed',
  'additive',
  'avellaneda-stoikov',
  'glft',
  'grid',
];

/** Five levels, every signal and guardrail in use. */
export const everything = (spreadModel: Parameters['spreadModel']): ParameterVersion =>
  parameters({
    spreadModel,
    levels: 5,
    capitalUsd: 100_000,
    sessionStopLossUsd: 1_000_000,
    quietWindows: ['13:25-13:40', 'MON-FRI 12:25-12:45'],
    gridLowerPrice: 50_000,
    gridUpperPrice: 200_000,
    maxMarketSpreadBps: 500,
    volBreakerPctPerHour: 100,
  });

/**
 * Each call is timed alone, for a mean over many would hide the slow ones; a JSON copy of the same
 * view says how fast this machine is today.
 */
export function benchDecisions(): void {
  const rows = [
    {
      name: 'copy of the view (JSON)',
      ...timed(() => (view) => void JSON.parse(JSON.stringify(view))),
    },
    ...MODELS.map((model) => ({
      name: `decide, ${model}`,
      ...timed(() => deciding(everything(model))),
    })),
    { name: 'glft, then diff, commands, review', ...timed(() => reviewing(everything('glft'))) },
  ];
  const copyUs = rows[0]?.medianUs ?? Number.NaN;
  console.log('decisions, 5 levels, all signals      median us   p99 us   x JSON copy');
  for (const { name, medianUs, p99Us } of rows) {
    const figures = [
      medianUs.toFixed(2).padStart(11),
      p99Us.toFixed(2).padStart(8),
      (medianUs / copyUs).toFixed(2).padStart(13),
    ];
    console.log(`${name.padEnd(36)} ${figures.join(' ')}`);
  }
  const missed = rows.filter(
    ({ name, medianUs, p99Us }) =>
      name.startsWith('decide, ') && (medianUs > BUDGET_US.median || p99Us > BUDGET_US.p99),
  );
  const verdict =
    missed.length === 0 ? 'held' : `NOT HELD by ${missed.map(({ name }) => name).join('; ')}`;
  console.log(
    `budget of decide: median ${BUDGET_US.median} us, p99 ${BUDGET_US.p99} us: ${verdict}\n`,
  );
}

/** The brain as it goes on from look to look. */
export function deciding(inForce: ParameterVersion): (view: MarketView) => Decision {
  let state = NEW_BRAIN;
  return (view) => {
    const decision = decide(view, state, inForce);
    ({ state } = decision);
    return decision;
  };
}

function reviewing(inForce: ParameterVersion): (view: MarketView) => void {
  const next = deciding(inForce);
  const working = [aWorkingOrder(), aWorkingOrder({ side: 'sell', venueId: 'ord_2' })];
  return (view) => {
    const { quotes, tolerance } = wantedOf(next(view));
    const change = diffOrders(quotes, working, tolerance, NO_MODIFY, view.now);
    const { commands } = orderCommands(change, {
      market: BTC,
      deployment: 'bench',
      fence: 1,
      nextCounter: 0,
    });
    reviewCommands(commands, {
      maxInventoryUsd: inventoryCapUsd(inForce.values),
      mid: 100_000,
      positions: [view.position.size],
      working,
    });
  };
}

function timed(make: () => (view: MarketView) => unknown): {
  readonly medianUs: number;
  readonly p99Us: number;
} {
  const run = make();
  const views = looks(1);
  for (let index = 0; index < WARM_UP; index += 1) run(views.next().value);
  const took = new Float64Array(SAMPLES);
  for (let index = 0; index < SAMPLES; index += 1) {
    const view = views.next().value;
    const begin = performance.now();
    run(view);
    took[index] = performance.now() - begin;
  }
  took.sort();
  const atShare = (share: number): number =>
    (took[Math.floor(SAMPLES * share)] ?? Number.NaN) * 1000;
  return { medianUs: atShare(0.5), p99Us: atShare(0.99) };
}
