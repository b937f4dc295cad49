import * as z from 'zod/mini';
import type { BrainMemory } from '../../../domain/trading/brain-memory.ts';
import type { MarketMark } from '../../../domain/venue/market-mark.ts';
import type { Session } from '../../../domain/trading/session.ts';
import type { GoneOrder } from '../../../domain/order/working-order.ts';
import { epochMs, price, signedSize, size, usd } from '../../../domain/units.ts';
import { marketIdField } from '../../../schema/market-id.ts';
import { upgradedSession } from './session-versions.ts';
import {
  count,
  double,
  filledText,
  orUndefined,
  type Schema,
  undefinedOrMissing,
  unitOf,
} from './attribute.ts';
import { markoutsItem, markoutValues } from './markouts-item.ts';

const time = unitOf(epochMs);
const money = unitOf(usd);
const aPrice = unitOf(price);

const pnl = z.object({
  position: z.object({ size: unitOf(signedSize), averageEntry: orUndefined(aPrice) }),
  markPrice: orUndefined(aPrice),
  spreadIncomeUsd: money,
  makerFeesUsd: money,
  takerFeesUsd: money,
  inventoryPnlUsd: money,
  hedgeCostUsd: money,
  fundingUsd: money,
  volumeUsd: money,
  fills: count,
});

const aSize = unitOf(size);
const aSide = z.enum(['buy', 'sell']);

const quoted = {
  side: aSide,
  level: double,
  price: aPrice,
  size: aSize,
  remaining: aSize,
  booked: aSize,
  since: time,
  adopted: z.boolean(),
  early: undefinedOrMissing(aSize),
  told: undefinedOrMissing(z.object({ late: aSize, filled: aSize, at: time })),
};
const known = { ...quoted, venueId: filledText, clientId: orUndefined(z.string()) };

const isOpen = { state: z.literal('open'), knownSince: time };
const isMissing = { state: z.literal('missing'), missingSince: time };
const isStranger = { state: z.literal('stranger') };
const resting = z.discriminatedUnion('state', [
  z.object(isOpen),
  z.object(isMissing),
  z.object(isStranger),
]);

const open = z.object({ ...known, ...isOpen });
const replacing = { old: open, new: z.object({ ...quoted, clientId: filledText }) };

const workingOrder = z.discriminatedUnion('state', [
  z.object({ ...quoted, state: z.literal('sending'), clientId: filledText }),
  z.discriminatedUnion('command', [
    z.object({
      ...quoted,
      state: z.literal('unknown'),
      command: z.literal('place'),
      clientId: filledText,
      givenUpAt: time,
    }),
    z.object({
      ...replacing,
      state: z.literal('unknown'),
      command: z.literal('modify'),
      givenUpAt: time,
    }),
    z.object({
      ...known,
      state: z.literal('unknown'),
      command: z.literal('cancel'),
      before: resting,
    }),
  ]),
  z.object({ ...replacing, state: z.literal('modifying') }),
  open,
  z.object({
    ...known,
    state: z.literal('cancelling'),
    confirmedAt: orUndefined(time),
    stillListed: count,
    before: resting,
  }),
  z.object({ ...known, ...isMissing }),
  z.object({ ...known, ...isStranger }),
  z.object({
    ...known,
    state: z.literal('foreign'),
    of: z.enum(['another deployment', 'a person']),
  }),
]);

/** Of an order that ended only the values, in this order: there may be a thousand. */
const goneOrder = z.pipe(
  z.tuple([
    orUndefined(filledText),
    orUndefined(z.string()),
    aSide,
    aSize,
    aSize,
    aSize,
    z.enum(['filled', 'cancelled', 'refused', 'never arrived', 'not listed any more']),
    double,
    time,
    time,
    undefinedOrMissing(aSize),
    undefinedOrMissing(aSize),
  ]),
  z.transform((row): GoneOrder => {
    const [venueId, clientId, side, all, filled, booked, why, level, since, at, late, early] = row;
    const told = { filled, booked, late, early };
    return { venueId, clientId, side, size: all, ...told, why, level, since, at };
  }),
);

/** Without the end of it that most do not have. */
function rowOf(order: GoneOrder): readonly (string | number | undefined)[] {
  const { venueId, clientId, side, filled, booked, late, early, why, level, since, at } = order;
  const sizes = [order.size, filled, booked];
  const row = [venueId, clientId, side, ...sizes, why, level, since, at, late, early];
  return row.slice(0, row.findLastIndex((value) => value !== undefined) + 1);
}

/** What sessionItem reads back. */
export const sessionFields = (session: Session): object => ({
  ...session,
  markouts: markoutValues(session.markouts),
  orders: { ...session.orders, gone: session.orders.gone.map(rowOf) },
});

const contained = z.object({
  allBefore: z.object({ fence: count, number: count }),
  ranges: z.array(z.object({ fence: count, first: count, last: count })),
});

const hedges = z.object({
  endedId: orUndefined(filledText),
  unhedgedInRow: count,
  notBefore: time,
  reduced: orUndefined(z.object({ side: aSide, usd: money })),
  takenUsd: double,
  tooSmallSaid: z.boolean(),
});

const refusals = z.object({ inRow: count, placeFrom: time });

const waits = z.object({
  unexplainedSince: orUndefined(time),
  doubted: orUndefined(z.object({ mid: aPrice, bookAt: time, since: time })),
  refusals: z.object({ buy: refusals, sell: refusals }),
  pauseUntil: time,
});

const adjustment = z.object({ id: filledText, at: time, size: double, mid: aPrice });

/** BRAIN: a text, because only the brain of the same version knows what is in it. */
export const brainItem: Schema<BrainMemory> = z.object({
  version: filledText,
  json: z.string().check(z.refine(isJson, 'not JSON')),
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const equity = z.object({
  firstAt: time,
  firstUsd: double,
  lastAt: time,
  lastUsd: double,
  peakUsd: double,
  peakAt: time,
  maxDrawdownUsd: double,
  dayOpenUsd: double,
  worstPastDayUsd: double,
});

/** MARK in the State table, without its key `item`. */
export const markItem: Schema<MarketMark> = z.object({
  market: marketIdField,
  fence: count,
  at: time,
  mid: aPrice,
  position: unitOf(signedSize),
  netPnlUsd: money,
  peakUsd: money,
  dayOpenUsd: money,
  limitsSince: time,
  limitsFromUsd: money,
});

const session: Schema<Session> = z.object({
  market: marketIdField,
  group: filledText,
  fence: count,
  savedAt: time,
  startedAt: time,
  pnl,
  lastFact: count,
  contained,
  markouts: markoutsItem,
  newestFillAt: time,
  fundingPaid: z.array(time),
  adjustments: z.array(adjustment),
  equity: orUndefined(equity),
  orders: z.object({ working: z.array(workingOrder), gone: z.array(goneOrder) }),
  drained: z.boolean(),
  hedges,
  waits,
  parametersVersion: z.string(),
  quotesPlaced: count,
  decisions: count,
  decisionsHash: z.string(),
  nextCounter: count,
});

/** SESSION in the State table, without its key `item`: with the version that wrote it. */
export const sessionItem = upgradedSession(session);
