import type { RequoteTolerance } from '../../domain/order/order.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { Memory } from '../memory.ts';
import { isNumber, isText, maybe, recordOf } from '../plain-data.ts';

/** What quotes are made from, besides prices. */
export interface QuotedBasis {
  readonly inventorySize: number;
  readonly parameterVersion: string;
  readonly targetRatio: number;
}

/** What the resting quotes were made from; undefined when nothing was quoted. */
export const quoted: Memory<QuotedBasis | undefined> = {
  version: 1,
  initial: undefined,
  isState: maybe(
    recordOf<QuotedBasis>({
      inventorySize: isNumber,
      parameterVersion: isText,
      targetRatio: isNumber,
    }),
  ),
};

export interface RequoteToleranceInput {
  readonly parameters: Pick<Parameters, 'requoteThresholdBps' | 'maxQuoteAgeMs'>;
  /** What the resting quotes were made from. */
  readonly quoted: QuotedBasis | undefined;
  /** What quotes made now would be made from. */
  readonly basis: QuotedBasis;
  readonly spreadBps: number;
  readonly requestsLeftRatio: number;
}

/**
 * How far a resting order may be from its quote: nothing when inventory, target or parameters have
 * changed, else requoteThresholdBps, more as the venue's request allowance shrinks (A9).
 * Never nearer to the mid than half of its half-spread: 5 bps on a 5 bps spread would end on the
 * wrong side.
 */
export function requoteTolerance({
  parameters,
  quoted: before,
  basis,
  spreadBps,
  requestsLeftRatio,
}: RequoteToleranceInput): RequoteTolerance {
  const same =
    before !== undefined &&
    before.inventorySize === basis.inventorySize &&
    before.parameterVersion === basis.parameterVersion &&
    before.targetRatio === basis.targetRatio;
  const thresholdBps = same ? parameters.requoteThresholdBps * scarcity(requestsLeftRatio) : 0;
  return {
    maxAgeMs: parameters.maxQuoteAgeMs,
    maxAwayBps: thresholdBps,
    maxTowardsBps: Math.min(thresholdBps, spreadBps / 4),
  };
}

/**
 * Steps by what is left of the allowance, as in the request tiers of LIGHTER's market maker (PEERS:
 * 1x, 2x, 3.5x, 5x).
 */
function scarcity(leftRatio: number): number {
  if (leftRatio >= 0.5) return 1;
  if (leftRatio >= 0.25) return 2;
  return leftRatio >= 0.1 ? 3.5 : 5;
}

/**
 * The grid's prices stand still: an order keeps its place in the queue until its price or size is
 * another.
 */
export const gridTolerance = (): RequoteTolerance => ({
  maxAgeMs: Number.MAX_SAFE_INTEGER,
  maxAwayBps: 0,
  maxTowardsBps: 0,
});
