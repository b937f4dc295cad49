import { runHedge } from '#shared/cycles/hedge/run-hedge.ts';
import type { GroupReport } from '#shared/cycles/requote/group-report.ts';
import type { GroupDeps, GroupWatch } from '#shared/cycles/requote/group-deps.ts';
import { runGroup } from '#shared/cycles/requote/run-group.ts';
import type { Look } from '#shared/cycles/watchdog/found.ts';
import { runWatchdog } from '#shared/cycles/watchdog/run-watchdog.ts';
import type { WatchdogDeps, WatchedGroup } from '#shared/cycles/watchdog/watchdog-deps.ts';
import { isQuoteOf } from '#shared/domain/order/client-order-id.ts';
import { type MarketId, marketId } from '#shared/domain/venue/market-id.ts';
import type { MarketSpec } from '#shared/domain/venue/market.ts';
import type { Session } from '#shared/domain/trading/session.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { ConnectedVenue } from '#shared/ports/connect-venue.ts';
import type { DomainEvent } from '#shared/domain/domain-event.ts';
import { createDirectClock } from '#shared/simulation/direct-clock.ts';
import { connectSimulated } from '#shared/adapters/simulated/connect.ts';
import type { ModifyAbility } from '#shared/domain/venue/venue-abilities.ts';
import { modifying } from '#test/builders/play/modifying.ts';
import { createDirectDeps, type DirectDeps } from '#shared/simulation/direct-floor.ts';
import type { SimulatedClock } from '#shared/simulation/simulated-clock.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { aSpec, START } from '#test/builders/market.ts';
import { aFeed } from '#test/builders/feeds.ts';
import { createFloorAccount, type FloorAccount } from '#test/floors/floor-account.ts';
import { createFloorLog, type FloorLog } from '#test/floors/floor-log.ts';

export const SYMBOL = 'BTC-PERP';
export const MARKET = marketId('purple-flea', SYMBOL);
export const KEY = 'pf_test_floor';
export const DEPLOYMENT = 'test';

const GROUP_OF_ONE: WatchedGroup = { name: MARKET, markets: [MARKET] };

/** One market on the simulated exchange with stores in memory and simulated time. */
export interface TradingFloor extends FloorAccount, Pick<FloorLog, 'logs' | 'metrics'> {
  readonly clock: SimulatedClock;
  readonly exchange: Exchange;
  readonly deps: DirectDeps;
  readonly events: readonly DomainEvent[];
  readonly reports: readonly GroupReport[];
  readonly failures: readonly unknown[];
  /** Starts an invocation at `atMs` after the start. */
  invoke(atMs: number, owner: string, over?: Partial<GroupDeps> & InvokeOptions): void;
  /** One invocation a minute from `fromMs` on, as the schedule does, named by its minute. */
  schedule(fromMs: number, minutes: number, over?: Partial<GroupDeps> & InvokeOptions): void;
  /** Works off breaches as the bus and the hedge function do. */
  hedging(delayMs?: number): void;
  /** One run of the watchdog a minute from `fromMs` on. */
  watchdog(fromMs: number, minutes: number, over?: Partial<WatchdogDeps> & WatchOptions): void;
  /** What its runs found, in order. */
  readonly looks: readonly Look[];
  /** Does something at that time. */
  doAt(atMs: number, act: () => void | Promise<void>): void;
  runFor(ms: number): Promise<void>;
  /** A connection of another key or deployment to the same exchange. */
  connect(key: string, deployment?: string): ConnectedVenue;
}

interface InvokeOptions {
  readonly sessionMs?: number;
  readonly deployment?: string;
  /** The group's name, where it is not made of its markets. */
  readonly group?: string;
  readonly markets?: readonly MarketId[];
  readonly peers?: readonly MarketId[];
}

interface WatchOptions {
  /** By default the market alone, under its own name. */
  readonly groups?: readonly WatchedGroup[];
}

export interface FloorOptions {
  readonly events: readonly FeedEvent[];
  readonly spec?: MarketSpec;
  /** Other markets that do the same. */
  readonly others?: readonly string[];
  readonly latencyMs?: number;
  /** How late its lists show what is. */
  readonly listsLagMs?: number;
  readonly wrapVenue?: (venue: ConnectedVenue, clock: SimulatedClock) => ConnectedVenue;
  /** Attributes of the Parameters items. */
  readonly written?: Readonly<Record<string, unknown>>;
  readonly fundingIntervalHours?: number;
  readonly watch?: GroupWatch;
  /** What the venue can do of a modify; nothing, unless told. */
  readonly modify?: ModifyAbility;
}

export const after = (ms: number): EpochMs => epochMs(START + ms);

export function openFloor(options: FloorOptions): TradingFloor {
  const clock = createDirectClock({ startsAt: START });
  const spec = options.spec ?? aSpec({ tick: 1, lot: 0.00001 });
  const profile = modifying(options.modify ?? 'none');
  const exchange = createExchange({
    feeds: [SYMBOL, ...(options.others ?? [])].map((symbol) =>
      aFeed(options.events, {
        spec: { ...spec, symbol },
        fundingIntervalHours: options.fundingIntervalHours ?? 8,
      }),
    ),
    fillModel: 'queue',
    startsAt: START,
    depositUsd: 100_000,
    maxLeverage: 20,
  });
  const events: DomainEvent[] = [];
  const { logs, metrics, ports } = createFloorLog();
  const reports: GroupReport[] = [];
  const failures: unknown[] = [];
  const looks: Look[] = [];
  let onBreach: ((event: DomainEvent) => void) | undefined;
  const deps = createDirectDeps({
    clock,
    exchange,
    accountKey: KEY,
    deployment: DEPLOYMENT,
    latencyMs: options.latencyMs ?? 50,
    ...ports,
    onEvent(event) {
      events.push(event);
      onBreach?.(event);
    },
    watch: options.watch,
    profile: { ...profile, listsLagMs: options.listsLagMs ?? 0 },
    wrapVenue: (venue) => options.wrapVenue?.(venue, clock) ?? venue,
  });
  deps.parameters.put('DEFAULT', {
    requoteIntervalMs: 1000,
    sizeMultipliers: [1, 1, 1],
    ...options.written,
  });
  const invoke: TradingFloor['invoke'] = (atMs, owner, over = {}) => {
    const { sessionMs = 810_000, markets = [MARKET], ...more } = over;
    const { deployment = DEPLOYMENT, group = markets.join(','), peers = [], ...overDeps } = more;
    clock.at(after(atMs), owner, async () => {
      const deadline = epochMs(clock.now() + sessionMs);
      const giveUpAt = epochMs(deadline + 60_000);
      const request = { group, markets, deployment, peers, owner, deadline, giveUpAt };
      try {
        reports.push(await runGroup({ ...deps.group, ...overDeps }, request));
      } catch (error) {
        failures.push(error);
      }
    });
  };
  return {
    clock,
    exchange,
    deps,
    events,
    logs,
    metrics,
    reports,
    failures,
    looks,
    invoke,
    schedule(fromMs, minutes, over) {
      for (let minute = 0; minute < minutes; minute += 1)
        invoke(fromMs + minute * 6e4, `minute-${minute}`, over);
    },
    watchdog(fromMs, minutes, { groups = [GROUP_OF_ONE], ...over } = {}) {
      for (let minute = 0; minute < minutes; minute += 1)
        clock.at(after(fromMs + minute * 6e4), 'watchdog', async () => {
          looks.push(...(await runWatchdog({ ...deps.watchdog, ...over }, groups)));
        });
    },
    hedging(delayMs = 80) {
      onBreach = (event) => {
        if (event.type !== 'InventoryThresholdBreached') return;
        const { market, hedgeId } = event;
        clock.at(epochMs(clock.now() + delayMs), 'hedge', async () => {
          await runHedge(deps.hedge, {
            market,
            hedgeId,
            owner: `hedge-${clock.now()}`,
          });
        });
      };
    },
    doAt: (atMs, act) => clock.at(after(atMs), 'test', async () => act()),
    runFor: (ms) => clock.runUntil(after(ms)),
    connect: (accountKey, deployment = DEPLOYMENT) =>
      connectSimulated({
        exchange,
        accountKey,
        clock,
        latencyMs: options.latencyMs ?? 50,
        isOurs: isQuoteOf(deployment),
        profile,
      }),
    ...createFloorAccount(
      exchange,
      KEY,
      { ...spec, symbol: SYMBOL },
      { clock, ledger: deps.ledger },
    ),
  };
}

/** What a market's session is when it was saved last. @throws when none was. */
export async function savedSession(
  { deps }: Pick<TradingFloor, 'deps'>,
  market: MarketId = MARKET,
): Promise<Session> {
  const loaded = await deps.group.sessions.load(market);
  if (loaded.kind !== 'loaded') throw new Error(`no session of ${market}: ${loaded.kind}`);
  return loaded.session;
}

/** A market's events with others at their time. */
export const inOrder = (
  market: readonly FeedEvent[],
  ...others: readonly FeedEvent[]
): readonly FeedEvent[] => [...market, ...others].sort((a, b) => a.at - b.at);

/** A quiet market: a quote every half second around a mid that moves as told, sizes beyond ours. */
export function quietMarket(
  seconds: number,
  midAt: (second: number) => number = () => 100_000,
): readonly FeedEvent[] {
  return Array.from({ length: seconds * 2 }, (_, index): FeedEvent => {
    const mid = Math.round(midAt(index / 2));
    return {
      type: 'bbo',
      at: after(index * 500),
      bid: mid - 1,
      bidSize: 50,
      ask: mid + 1,
      askSize: 50,
    };
  });
}
