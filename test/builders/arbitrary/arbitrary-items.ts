import * as fc from 'fast-check';
import type { BrainMemory } from '#shared/domain/trading/brain-memory.ts';
import type { HedgeAttempt, HedgeIntent, HedgeOutcome } from '#shared/domain/trading/hedge.ts';
import type { LedgerEntry, StoredFact } from '#shared/domain/books/ledger-entry.ts';
import {
  MARKOUT_HORIZONS_MS,
  type MarkoutCell,
  type Markouts,
  type PendingMarkout,
} from '#shared/domain/books/markouts.ts';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import type { MarketMark } from '#shared/domain/venue/market-mark.ts';
import type {
  Adjustment,
  Doubt,
  FactRange,
  Refusals,
  Session,
} from '#shared/domain/trading/session.ts';
import type { FundingTilt } from '#shared/domain/trading/tilt.ts';
import type {
  GoneOrder,
  Orders,
  Resting,
  WorkingOrder,
} from '#shared/domain/order/working-order.ts';
import { epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';

/**
 * Anything the domain allows, down to -0, the smallest and the largest double: what a store must
 * give back bit for bit.
 */
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const positive = fc.double({ noNaN: true, noDefaultInfinity: true, min: Number.MIN_VALUE });

export const arbitraryTime = fc
  .integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 })
  .map(epochMs);
const count = fc.nat();
const text = fc.string({ maxLength: 20 });
const name = fc.string({ minLength: 1, maxLength: 20 });
const usdAmount = double.map(usd);
const aPrice = positive.map(price);
const aSize = double.map((value) => size(Math.abs(value)));
const aSide = fc.constantFrom('buy', 'sell');
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const record = <T extends object>(model: {
  readonly [K in keyof T]: fc.Arbitrary<T[K]>;
}): fc.Arbitrary<T> => fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;

const quoted = {
  side: aSide,
  level: fc.nat(50),
  price: aPrice,
  size: aSize,
  remaining: aSize,
  booked: aSize,
  since: arbitraryTime,
  adopted: fc.boolean(),
  early: maybe(aSize),
  told: maybe(record({ late: aSize, filled: aSize, at: arbitraryTime })),
} as const;
const known = { ...quoted, venueId: name, clientId: maybe(text) } as const;

/** A record for every kind there is: one that is added and not drawn here does not compile. */
const ofEvery = <Tag extends string, T extends Readonly<Record<Tag, string>>>(arbitraries: {
  readonly [Kind in T[Tag]]: fc.Arbitrary<Extract<T, Readonly<Record<Tag, Kind>>>>;
}): fc.Arbitrary<T> => fc.oneof(...Object.values<fc.Arbitrary<T>>(arbitraries));

type Rests<State> = Extract<Resting, { readonly state: State }>;
const resting = ofEvery<'state', Resting>({
  open: record<Rests<'open'>>({ state: fc.constant('open'), knownSince: arbitraryTime }),
  missing: record<Rests<'missing'>>({
    state: fc.constant('missing'),
    missingSince: arbitraryTime,
  }),
  stranger: record<Rests<'stranger'>>({ state: fc.constant('stranger') }),
});

type Works<State> = Extract<WorkingOrder, { readonly state: State }>;
type Unanswered = Works<'unknown'>;
type OfCommand<Command> = Extract<Unanswered, { readonly command: Command }>;
const replacing = {
  old: record<OfCommand<'modify'>['old']>({
    ...known,
    state: fc.constant('open'),
    knownSince: arbitraryTime,
  }),
  new: record<OfCommand<'modify'>['new']>({ ...quoted, clientId: name }),
};
const unanswered = ofEvery<'command', Unanswered>({
  place: record<OfCommand<'place'>>({
    ...quoted,
    state: fc.constant('unknown'),
    command: fc.constant('place'),
    clientId: name,
    givenUpAt: arbitraryTime,
  }),
  modify: record<OfCommand<'modify'>>({
    ...replacing,
    state: fc.constant('unknown'),
    command: fc.constant('modify'),
    givenUpAt: arbitraryTime,
  }),
  cancel: record<OfCommand<'cancel'>>({
    ...known,
    state: fc.constant('unknown'),
    command: fc.constant('cancel'),
    before: resting,
  }),
});
const workingOrder = ofEvery<'state', WorkingOrder>({
  sending: record<Works<'sending'>>({ ...quoted, state: fc.constant('sending'), clientId: name }),
  modifying: record<Works<'modifying'>>({ ...replacing, state: fc.constant('modifying') }),
  unknown: unanswered,
  open: record<Works<'open'>>({
    ...known,
    state: fc.constant('open'),
    knownSince: arbitraryTime,
  }),
  cancelling: record<Works<'cancelling'>>({
    ...known,
    state: fc.constant('cancelling'),
    confirmedAt: maybe(arbitraryTime),
    stillListed: count,
    before: resting,
  }),
  missing: record<Works<'missing'>>({
    ...known,
    state: fc.constant('missing'),
    missingSince: arbitraryTime,
  }),
  stranger: record<Works<'stranger'>>({ ...known, state: fc.constant('stranger') }),
  foreign: record<Works<'foreign'>>({
    ...known,
    state: fc.constant('foreign'),
    of: fc.constantFrom('another deployment', 'a person'),
  }),
});

const goneOrder = record<GoneOrder>({
  venueId: maybe(name),
  clientId: maybe(text),
  side: aSide,
  size: aSize,
  filled: aSize,
  booked: aSize,
  late: maybe(aSize),
  early: maybe(aSize),
  why: fc.constantFrom('filled', 'cancelled', 'refused', 'never arrived', 'not listed any more'),
  level: fc.nat(50),
  since: arbitraryTime,
  at: arbitraryTime,
});

const adjustment = record<Adjustment>({
  id: name,
  at: arbitraryTime,
  size: double,
  mid: aPrice,
});

const markedAs = {
  side: aSide,
  level: fc.oneof(fc.nat(63), fc.constant('none' as const)),
  liquidity: fc.constantFrom('maker', 'taker'),
} as const;

const markouts = record<Markouts>({
  pending: fc.array(
    record<PendingMarkout>({
      ...markedAs,
      fillId: name,
      at: arbitraryTime,
      price: aPrice,
      size: double,
      edgeUsd: double,
      dueAt: double,
    }),
    { maxLength: 3 },
  ),
  cells: fc.array(
    record<MarkoutCell>({
      ...markedAs,
      horizonMs: fc.constantFrom(...MARKOUT_HORIZONS_MS),
      fills: count,
      dropped: count,
      bps: double,
      squaredBps: double,
      losing: count,
      volumeUsd: double,
      usd: double,
      edgeUsd: double,
      lateMs: double,
    }),
    { maxLength: 3 },
  ),
});

const refusals = record<Refusals>({ inRow: count, placeFrom: arbitraryTime });

export const arbitrarySession = (market: MarketId): fc.Arbitrary<Session> =>
  record<Session>({
    market: fc.constant(market),
    group: name,
    fence: count,
    savedAt: arbitraryTime,
    startedAt: arbitraryTime,
    pnl: record<Session['pnl']>({
      position: record<Session['pnl']['position']>({
        size: double.map(signedSize),
        averageEntry: maybe(aPrice),
      }),
      markPrice: maybe(aPrice),
      spreadIncomeUsd: usdAmount,
      makerFeesUsd: usdAmount,
      takerFeesUsd: usdAmount,
      inventoryPnlUsd: usdAmount,
      hedgeCostUsd: usdAmount,
      fundingUsd: usdAmount,
      volumeUsd: usdAmount,
      fills: count,
    }),
    lastFact: count,
    contained: record<Session['contained']>({
      allBefore: record<Session['contained']['allBefore']>({ fence: count, number: count }),
      ranges: fc.array(record<FactRange>({ fence: count, first: count, last: count }), {
        maxLength: 3,
      }),
    }),
    markouts,
    newestFillAt: arbitraryTime,
    fundingPaid: fc.array(arbitraryTime, { maxLength: 4 }),
    adjustments: fc.array(adjustment, { maxLength: 3 }),
    orders: record<Orders>({
      working: fc.array(workingOrder, { maxLength: 6 }),
      gone: fc.array(goneOrder, { maxLength: 4 }),
    }),
    equity: maybe(
      record<NonNullable<Session['equity']>>({
        firstAt: arbitraryTime,
        firstUsd: double,
        lastAt: arbitraryTime,
        lastUsd: double,
        peakUsd: double,
        peakAt: arbitraryTime,
        maxDrawdownUsd: double,
        dayOpenUsd: double,
        worstPastDayUsd: double,
      }),
    ),
    hedges: record<Session['hedges']>({
      endedId: maybe(name),
      unhedgedInRow: count,
      notBefore: arbitraryTime,
      reduced: maybe(
        record<NonNullable<Session['hedges']['reduced']>>({ side: aSide, usd: usdAmount }),
      ),
      takenUsd: double,
      tooSmallSaid: fc.boolean(),
    }),
    waits: record<Session['waits']>({
      unexplainedSince: maybe(arbitraryTime),
      doubted: maybe(record<Doubt>({ mid: aPrice, bookAt: arbitraryTime, since: arbitraryTime })),
      refusals: record<Session['waits']['refusals']>({ buy: refusals, sell: refusals }),
      pauseUntil: arbitraryTime,
    }),
    quotesPlaced: count,
    decisions: count,
    decisionsHash: text,
    drained: fc.boolean(),
    parametersVersion: text,
    nextCounter: count,
  });

export const arbitraryBrain: fc.Arbitrary<BrainMemory> = record<BrainMemory>({
  version: name,
  json: fc.json(),
});

export const arbitraryMark = (market: MarketId): fc.Arbitrary<MarketMark> =>
  record<MarketMark>({
    market: fc.constant(market),
    fence: count,
    at: arbitraryTime,
    mid: aPrice,
    position: double.map(signedSize),
    netPnlUsd: usdAmount,
    peakUsd: usdAmount,
    dayOpenUsd: usdAmount,
    limitsSince: arbitraryTime,
    limitsFromUsd: usdAmount,
  });

export const arbitraryOutcome: fc.Arbitrary<HedgeOutcome> = fc.oneof(
  record<Extract<HedgeOutcome, { kind: 'hedged' }>>({
    kind: fc.constant('hedged'),
    side: maybe(aSide),
    reducedUsd: usdAmount,
    inventoryUsd: usdAmount,
  }),
  record<Extract<HedgeOutcome, { kind: 'not-needed' }>>({
    kind: fc.constant('not-needed'),
    inventoryUsd: usdAmount,
  }),
  record<Extract<HedgeOutcome, { kind: 'gave-up' }>>({
    kind: fc.constant('gave-up'),
    reason: text,
  }),
);

const arbitraryLedgerEntry = (
  market: MarketId,
  at: fc.Arbitrary<number> = arbitraryTime,
): fc.Arbitrary<LedgerEntry> => {
  const time = at.map(epochMs);
  return fc.oneof(
    record<Extract<LedgerEntry, { kind: 'fill' }>>({
      kind: fc.constant('fill'),
      fill: record<Extract<LedgerEntry, { kind: 'fill' }>['fill']>({
        id: name,
        market: fc.constant(market),
        at: time,
        side: aSide,
        price: aPrice,
        size: aSize,
        feeUsd: usdAmount,
        liquidity: fc.constantFrom('maker', 'taker'),
        orderId: text,
      }),
      mid: aPrice,
    }),
    record<Extract<LedgerEntry, { kind: 'funding' }>>({
      kind: fc.constant('funding'),
      payment: record<Extract<LedgerEntry, { kind: 'funding' }>['payment']>({
        market: fc.constant(market),
        at: time,
        rate: double,
        amountUsd: usdAmount,
      }),
      mid: aPrice,
    }),
    record<Extract<LedgerEntry, { kind: 'adjustment' }>>({
      kind: fc.constant('adjustment'),
      id: name,
      market: fc.constant(market),
      at: time,
      size: double.map(signedSize),
      mid: aPrice,
    }),
    record<Extract<LedgerEntry, { kind: 'hedge' }>>({
      kind: fc.constant('hedge'),
      intent: name,
      market: fc.constant(market),
      at: time,
      completedAt: arbitraryTime,
      outcome: arbitraryOutcome,
    }),
    record<Extract<LedgerEntry, { kind: 'halt' }>>({
      kind: fc.constant('halt'),
      halt: record<Extract<LedgerEntry, { kind: 'halt' }>['halt']>({
        market: fc.constant(market),
        cause: name,
        text,
        at: time,
        netPnlUsd: maybe(double),
      }),
    }),
  );
};

export const arbitraryFact = (
  market: MarketId,
  at: fc.Arbitrary<number> = arbitraryTime,
): fc.Arbitrary<StoredFact> =>
  record<StoredFact>({ number: count, fence: count, entry: arbitraryLedgerEntry(market, at) });

export const arbitraryIntent = (market: MarketId, id: string): fc.Arbitrary<HedgeIntent> =>
  record<HedgeIntent>({
    id: fc.constant(id),
    market: fc.constant(market),
    openedAt: arbitraryTime,
    inventoryUsd: usdAmount,
    thresholdUsd: usdAmount,
    hedgeFraction: double,
    hedgeMaxSlippageBps: double,
  });

export const arbitraryAttempt: fc.Arbitrary<HedgeAttempt> = record<HedgeAttempt>({
  number: fc.integer({ min: 1, max: 1e9 }),
  sentAt: arbitraryTime,
  began: double,
  before: double,
  asked: double,
});

export const arbitraryTilt = (market: MarketId): fc.Arbitrary<FundingTilt> =>
  record<FundingTilt>({
    market: fc.constant(market),
    action: fc.constantFrom('lean_long', 'lean_short', 'neutral'),
    rateBps: double,
    annualisedYieldPct: double,
    targetRatio: double,
    fundingTime: arbitraryTime,
    setAt: arbitraryTime,
    expiresAt: arbitraryTime,
    reason: text,
  });
