import * as z from 'zod';

/** `source` of every event we put. */
export const EVENT_SOURCE = 'quotemill';

const at = z.number();

/** What each event carries on the bus: the shapes of DomainEvent without its type, which is the detail-type. */
export const eventDetails = {
  InventoryThresholdBreached: z.object({
    market: z.string().min(1),
    venue: z.string(),
    hedgeId: z.string().min(1),
    inventoryUsd: z.number(),
    thresholdUsd: z.number(),
    at,
  }),
  HedgeCompleted: z.object({
    market: z.string().min(1),
    venue: z.string(),
    hedgeId: z.string().min(1),
    outcome: z.string(),
    reducedUsd: z.number(),
    inventoryUsd: z.number(),
    at,
  }),
  FundingTiltSet: z.object({
    market: z.string().min(1),
    venue: z.string(),
    action: z.string(),
    rateBps: z.number(),
    annualisedYieldPct: z.number(),
    fundingTime: z.number(),
    at,
  }),
};

/** What EventBridge hands the hedge function. */
export const breachEvent = z.object({
  'detail-type': z.literal('InventoryThresholdBreached'),
  detail: eventDetails.InventoryThresholdBreached,
});

/** What a Scheduler schedule hands the funding-check function. */
export const fundingCheckEvent = z.object({ markets: z.array(z.string().min(1)).min(1) });
