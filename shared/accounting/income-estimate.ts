import { InvariantError } from '../domain/failure.ts';
import { type Bps, bps, bpsToRatio, ratioToBps, usd, type Usd } from '../domain/units.ts';

/** What a maker fill costs, in bps of its notional; a cost is positive, a rebate negative. */
export interface FillCosts {
  readonly makerFeeBps: number;
  /** How far the mid moves against a fill after it: half the spread less the markout. */
  readonly adverseSelectionBps: number;
  /** Share, 0 to 1, of the maker volume whose inventory a taker order takes off. */
  readonly hedgeShare: number;
  /** Of such an order against the mid, without its fee. */
  readonly hedgeCostBps: number;
  readonly takerFeeBps: number;
}

/**
 * The full spread (ask - bid) at which quoting earns nothing (E10): a fill gets half of it, and
 * pays makerFee + adverseSelection + hedgeShare x (hedgeCost + takerFee). Below zero when rebates
 * pay for everything.
 * @throws InvariantError naming the argument that is not finite, or a share outside 0 to 1.
 */
export function breakEvenSpreadBps({
  makerFeeBps,
  adverseSelectionBps,
  hedgeShare,
  hedgeCostBps,
  takerFeeBps,
}: FillCosts): Bps {
  requireFinite({ makerFeeBps, adverseSelectionBps, hedgeShare, hedgeCostBps, takerFeeBps });
  requireShare('hedgeShare', hedgeShare);
  return bps(2 * (makerFeeBps + adverseSelectionBps + hedgeShare * (hedgeCostBps + takerFeeBps)));
}

/**
 * What a buy and a sell, both as maker at the quoted spread around one mid, leave in bps of the
 * notional of one of them: spread - 2 x signed fee (E10).
 */
export const roundTripNetBps = (spreadBps: number, makerFeeBps: number): number =>
  spreadBps - 2 * makerFeeBps;

export interface IncomeAssumptions extends FillCosts {
  /** Notional offered per day. */
  readonly quotedUsdPerDay: number;
  /**
   * `each-side`: bids and asks both counted; `pairs`: a bid and an ask of 100 USD are 100, so that
   * twice as much can fill.
   */
  readonly quotedCounts: 'each-side' | 'pairs';
  /**
   * Share, 0 to 1, of the notional offered that trades at this spread; a wider spread trades less,
   * which is not modelled.
   */
  readonly fillRate: number;
  /** Full quoted spread, ask - bid. */
  readonly spreadBps: number;
  /** Signed average position, and what longs pay shorts on it per day. */
  readonly averageInventoryUsd: number;
  readonly fundingBpsPerDay: number;
}

/** USD per day, costs negative: the parts sum to netUsdPerDay. */
interface IncomeEstimate {
  /**
   * Every fill counted once: a round trip of 100 USD is 200 of volume and earns the spread on 100.
   */
  readonly fillVolumeUsdPerDay: number;
  readonly spreadIncomeUsdPerDay: number;
  readonly makerFeesUsdPerDay: number;
  readonly adverseSelectionUsdPerDay: number;
  readonly hedgeCostUsdPerDay: number;
  readonly takerFeesUsdPerDay: number;
  readonly fundingUsdPerDay: number;
  readonly netUsdPerDay: Usd;
  /** Per maker fill; undefined when nothing fills. */
  readonly netBpsPerFill: number | undefined;
  /**
   * The spread at which netUsdPerDay were zero at this volume, funding included; undefined when
   * nothing fills.
   */
  readonly breakEvenSpreadBps: number | undefined;
}

/**
 * Expected income per day (E10). The source texts multiply volume by the whole spread and by a
 * rebate nobody pays; here a fill gets half the spread, fees are signed as the venue charges them,
 * and what the mid does after a fill, hedges and funding are paid for.
 * @throws InvariantError naming the argument that is not finite, negative where an amount is meant,
 * or a share outside 0 to 1.
 */
export function estimateIncome(assumed: IncomeAssumptions): IncomeEstimate {
  const { quotedCounts, ...numbers } = assumed;
  requireFinite(numbers);
  requireShare('fillRate', assumed.fillRate);
  for (const name of ['quotedUsdPerDay', 'spreadBps'] as const) {
    if (assumed[name] < 0)
      throw new InvariantError(`${name} must not be negative, was ${assumed[name]}`);
  }
  const breakEvenWithoutFunding = breakEvenSpreadBps(assumed);
  const fillVolumeUsdPerDay =
    assumed.quotedUsdPerDay * assumed.fillRate * (quotedCounts === 'pairs' ? 2 : 1);
  const hedgedUsd = fillVolumeUsdPerDay * assumed.hedgeShare;
  const parts = {
    spreadIncomeUsdPerDay: fillVolumeUsdPerDay * bpsToRatio(assumed.spreadBps / 2),
    makerFeesUsdPerDay: costUsd(fillVolumeUsdPerDay, assumed.makerFeeBps),
    adverseSelectionUsdPerDay: costUsd(fillVolumeUsdPerDay, assumed.adverseSelectionBps),
    hedgeCostUsdPerDay: costUsd(hedgedUsd, assumed.hedgeCostBps),
    takerFeesUsdPerDay: costUsd(hedgedUsd, assumed.takerFeeBps),
    fundingUsdPerDay: costUsd(assumed.averageInventoryUsd, assumed.fundingBpsPerDay),
  };
  const netUsdPerDay = usd(Object.values(parts).reduce((sum, part) => sum + part, 0));
  const perFill = (amountUsd: number): number | undefined =>
    fillVolumeUsdPerDay === 0 ? undefined : ratioToBps(amountUsd / fillVolumeUsdPerDay);
  const fundingBpsPerFill = perFill(parts.fundingUsdPerDay);
  return {
    fillVolumeUsdPerDay,
    ...parts,
    netUsdPerDay,
    netBpsPerFill: perFill(netUsdPerDay),
    breakEvenSpreadBps:
      fundingBpsPerFill === undefined ? undefined : breakEvenWithoutFunding - 2 * fundingBpsPerFill,
  };
}

const costUsd = (notionalUsd: number, costBps: number): number =>
  0 - notionalUsd * bpsToRatio(costBps);

function requireFinite(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value)) throw new InvariantError(`${name} must be finite, was ${value}`);
  }
}

function requireShare(name: string, value: number): void {
  if (value < 0 || value > 1)
    throw new InvariantError(`${name} must be a share from 0 to 1, was ${value}`);
}
