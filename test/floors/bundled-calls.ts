import { createDocumentClient } from '#shared/adapters/dynamodb/table/document-client.ts';
import { createDynamoControlStore } from '#shared/adapters/dynamodb/control-store.ts';
import { createDynamoLeaseStore } from '#shared/adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '#shared/adapters/dynamodb/ledger.ts';
import { createDynamoParameterStore } from '#shared/adapters/dynamodb/parameter-store.ts';
import { createDynamoTiltStore } from '#shared/adapters/dynamodb/tilt-store.ts';
import { createEventBus } from '#shared/adapters/aws/event-bus.ts';
import { connectPurpleFlea } from '#shared/adapters/purple-flea/connect.ts';
import { createSecretStore } from '#shared/adapters/aws/secret-store.ts';
import { formatClientOrderId } from '#shared/domain/order/client-order-id.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import type { LedgerEntry } from '#shared/domain/books/ledger-entry.ts';
import type { Approved, PlaceQuote } from '#shared/domain/order/order.ts';
import type { FundingTilt } from '#shared/domain/trading/tilt.ts';
import { epochMs, price, signedSize, size } from '#shared/domain/units.ts';

/**
 * A function that makes every kind of call our functions make over the network. The tests bundle it
 * as they are bundled.
 */
export async function handler({ venueUrl }: { readonly venueUrl: string }): Promise<Answers> {
  return {
    state: await callDynamo(),
    bus: await callEventBridge(),
    secrets: await callSecretsManager(),
    venue: await callVenue(venueUrl),
  };
}

/** What became of each call; what was thrown is its message. */
type Answers = Readonly<
  Record<'state' | 'bus' | 'secrets' | 'venue', Readonly<Record<string, unknown>>>
>;

const MARKET = marketId('purple-flea', 'BTC-PERP');
const NOW = epochMs(Date.UTC(2026, 0, 5, 7, 55));
const log = { warn: () => undefined };
const clock = { now: () => NOW, sleep: async () => undefined };

async function callDynamo() {
  const client = createDocumentClient();
  const state = { client, table: 'State', log };
  const [leases, tilts, ledger] = [
    createDynamoLeaseStore(state),
    createDynamoTiltStore(state),
    createDynamoLedger({ client, table: 'Ledger' }),
  ];
  const parameters = createDynamoParameterStore({
    client,
    parametersTable: 'Parameters',
    stateTable: 'State',
    log,
  });
  const controls = createDynamoControlStore({
    client,
    parametersTable: 'Parameters',
    stateTable: 'State',
  });
  const tilt: FundingTilt = {
    market: MARKET,
    action: 'lean_short',
    rateBps: 3.1,
    annualisedYieldPct: 33.9,
    targetRatio: -0.2,
    fundingTime: NOW,
    setAt: NOW,
    expiresAt: NOW,
    reason: 'as a test',
  };
  const entry: LedgerEntry = {
    kind: 'adjustment',
    id: 'after-1',
    market: MARKET,
    at: NOW,
    size: signedSize(-0.1),
    mid: price(100_000),
  };
  const fact = { number: 1, fence: 1, entry };
  const want = (owner: string) => ({ group: MARKET, owner, markets: [MARKET], leastFence: 0 });
  return {
    lease: await leases.acquire(want('first'), NOW, 10_000),
    refusedLease: (await leases.acquire(want('second'), NOW, 10_000)) ?? 'refused',
    tiltsSet: [await tilts.set(tilt), await tilts.set(tilt)],
    tilt: await tilts.read(MARKET),
    facts: [await ledger.append(fact), await ledger.append(fact)],
    ledger: await ledger.read(MARKET, NOW, epochMs(NOW + 1)),
    parameters: (await parameters.read(MARKET)).kind,
    control: (await controls.read([MARKET])).get(MARKET)?.tilt,
    unknownTable: await saying(() =>
      createDynamoTiltStore({ ...state, table: 'Nowhere' }).read(MARKET),
    ),
  };
}

async function callEventBridge() {
  const bus = createEventBus({ busName: 'quotemill' });
  const event = {
    type: 'InventoryThresholdBreached',
    market: MARKET,
    hedgeId: 'h1',
    inventoryUsd: -820.5,
    thresholdUsd: 800,
    at: NOW,
  } as const;
  return {
    put: await saying(() => bus.put(event)),
    denied: await saying(() => bus.put({ ...event, hedgeId: 'denied' })),
  };
}

async function callSecretsManager() {
  const keyIn = (secretId: string) =>
    saying(() => createSecretStore({ secretId, clock }).venueKey('purple-flea', 'quote'));
  return { key: await keyIn('venues'), missing: await keyIn('nowhere') };
}

const ID = {
  role: 'quote',
  deployment: 'test',
  side: 'buy',
  level: 0,
  fence: 1,
  counter: 1,
} as const;

async function callVenue(baseUrl: string) {
  const { data, execution } = connectPurpleFlea({
    baseUrl,
    apiKey: 'pf_test_of-the-bundle',
    clock,
    isOurs: () => true,
    timeouts: { readMs: 500, writeMs: 200 },
  });
  const quote = (symbol: string): PlaceQuote => ({
    kind: 'place',
    market: marketId('purple-flea', symbol),
    clientId: formatClientOrderId({ ...ID, symbol }),
    side: ID.side,
    level: ID.level,
    price: price(99_999.5),
    size: size(0.003),
  });
  const send = async (symbol: string) =>
    (
      await execution.send(
        [quote(symbol)] as readonly PlaceQuote[] as readonly Approved[],
        epochMs(clock.now() + 60_000),
      )
    )[0]?.outcome;
  return {
    spec: await data.spec(MARKET),
    broken: await data.hourlyVolatility(marketId('purple-flea', 'BROKEN-PERP')),
    redirected: await data.hourlyVolatility(marketId('purple-flea', 'MOVED-PERP')),
    placed: await send('BTC-PERP'),
    limited: await send('LIMITED-PERP'),
    reset: await send('RESET-PERP'),
    silent: await send('SILENT-PERP'),
  };
}

async function saying(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return (await call()) ?? 'done';
  } catch (error) {
    return error instanceof Error ? error.message : 'threw something else';
  }
}
