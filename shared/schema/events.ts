import * as z from 'zod/mini';
import { InputError } from '../domain/failure.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import { marketIdField } from './market-id.ts';
import { problemsOf } from './parameters/problems.ts';

/** `source` of every event we put. */
export const EVENT_SOURCE = 'quotemill';

const filled = z.string().check(z.minLength(1));
const at = z.number();

/**
 * What each event carries on the bus: the shapes of DomainEvent without its type, which is the
 * detail-type.
 */
export const eventDetails = {
  InventoryThresholdBreached: z.object({
    market: marketIdField,
    venue: z.string(),
    hedgeId: filled,
    inventoryUsd: z.number(),
    thresholdUsd: z.number(),
    at,
  }),
  HedgeCompleted: z.object({
    market: marketIdField,
    venue: z.string(),
    hedgeId: filled,
    outcome: z.string(),
    reducedUsd: z.number(),
    inventoryUsd: z.number(),
    at,
  }),
  FundingTiltSet: z.object({
    market: marketIdField,
    venue: z.string(),
    action: z.string(),
    rateBps: z.number(),
    annualisedYieldPct: z.number(),
    fundingTime: z.number(),
    at,
  }),
};

const requoteEvent = z.object({
  group: filled,
  markets: z.array(marketIdField).check(z.minLength(1)),
});

/** What its schedule hands a requote function. */
export interface RequoteEvent {
  readonly group: string;
  readonly markets: readonly MarketId[];
}

/**
 * @throws InputError naming what is missing, or the group or market that this function is not for.
 */
export function parseRequoteEvent(event: unknown, mayTrade: RequoteEvent): RequoteEvent {
  const parsed = requoteEvent.safeParse(event);
  if (!parsed.success)
    throw new InputError(`event of the requote function: ${problemsOf(parsed.error)}`);
  const { group, markets } = parsed.data;
  if (group !== mayTrade.group)
    throw new InputError(
      `event of the requote function: group is ${group}; allowed: ${mayTrade.group}`,
    );
  const foreign = markets.find((market) => !mayTrade.markets.includes(market));
  if (foreign !== undefined)
    throw new InputError(
      `event of the requote function: markets has ${foreign}; allowed: ${mayTrade.markets.join(', ')}`,
    );
  return parsed.data;
}

const breachEvent = z.object({
  'detail-type': z.literal('InventoryThresholdBreached'),
  detail: eventDetails.InventoryThresholdBreached,
});

/** What EventBridge hands the hedge function. @throws InputError naming what is missing. */
export function parseBreachEvent(
  event: unknown,
): z.infer<typeof eventDetails.InventoryThresholdBreached> {
  const parsed = breachEvent.safeParse(event);
  if (!parsed.success)
    throw new InputError(`event of the hedge function: ${problemsOf(parsed.error)}`);
  return parsed.data.detail;
}

const fundingCheckEvent = z.object({ markets: z.array(marketIdField).check(z.minLength(1)) });

/** What a schedule hands the funding-check function. */
export interface FundingCheckEvent {
  readonly markets: readonly MarketId[];
}

/** @throws InputError naming what is missing. */
export function parseFundingCheckEvent(event: unknown): FundingCheckEvent {
  const parsed = fundingCheckEvent.safeParse(event);
  if (!parsed.success)
    throw new InputError(`event of the funding check: ${problemsOf(parsed.error)}`);
  return parsed.data;
}

const watchdogEvent = z.object({
  groups: z
    .array(z.object({ name: filled, markets: z.array(marketIdField).check(z.minLength(1)) }))
    .check(z.minLength(1)),
});

/** What its schedule hands the watchdog: every group of a venue. */
export interface WatchdogEvent {
  readonly groups: readonly { readonly name: string; readonly markets: readonly MarketId[] }[];
}

/** @throws InputError naming what is missing. */
export function parseWatchdogEvent(event: unknown): WatchdogEvent {
  const parsed = watchdogEvent.safeParse(event);
  if (!parsed.success) throw new InputError(`event of the watchdog: ${problemsOf(parsed.error)}`);
  return parsed.data;
}

/** An event as it was put on the bus; undefined for one that is none of ours. */
export function parseDomainEvent(type: string, detail: unknown): DomainEvent | undefined {
  switch (type) {
    case 'InventoryThresholdBreached': {
      const parsed = eventDetails.InventoryThresholdBreached.safeParse(detail);
      return parsed.success ? { type, ...parsed.data } : undefined;
    }
    case 'HedgeCompleted': {
      const parsed = eventDetails.HedgeCompleted.safeParse(detail);
      return parsed.success ? { type, ...parsed.data } : undefined;
    }
    case 'FundingTiltSet': {
      const parsed = eventDetails.FundingTiltSet.safeParse(detail);
      return parsed.success ? { type, ...parsed.data } : undefined;
    }
    default:
      return undefined;
  }
}
