import * as z from 'zod/mini';
import { InputError } from '../domain/failure.ts';
import { problemsOf } from './problems.ts';

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
    market: filled,
    venue: z.string(),
    hedgeId: filled,
    inventoryUsd: z.number(),
    thresholdUsd: z.number(),
    at,
  }),
  HedgeCompleted: z.object({
    market: filled,
    venue: z.string(),
    hedgeId: filled,
    outcome: z.string(),
    reducedUsd: z.number(),
    inventoryUsd: z.number(),
    at,
  }),
  FundingTiltSet: z.object({
    market: filled,
    venue: z.string(),
    action: z.string(),
    rateBps: z.number(),
    annualisedYieldPct: z.number(),
    fundingTime: z.number(),
    at,
  }),
};

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

const fundingCheckEvent = z.object({ markets: z.array(filled).check(z.minLength(1)) });

/** What a schedule hands the funding-check function. @throws InputError naming what is missing. */
export function parseFundingCheckEvent(event: unknown): z.infer<typeof fundingCheckEvent> {
  const parsed = fundingCheckEvent.safeParse(event);
  if (!parsed.success)
    throw new InputError(`event of the funding check: ${problemsOf(parsed.error)}`);
  return parsed.data;
}
