import { inventoryCapUsd } from '../../domain/books/inventory-cap.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';

type Written = ReadonlySet<string>;

/**
 * Limits that somebody wrote and that can never act, since another one always acts before them. One
 * line each. They are said and not refused: an edit that lowers the cap must not be turned down
 * because a threshold above it still stands.
 * @param written the names that people set, not those left to their defaults
 */
export function idleLimits(values: Parameters, written: Written): readonly string[] {
  return [
    ...idleThresholds(values, written),
    ...idleShares(values, written),
    ...idleStops(values, written),
  ];
}

interface Limit {
  readonly name: string;
  readonly usd: number;
}

/** The lowest threshold applies, and a position is hedged strictly above it. */
function idleThresholds(values: Parameters, written: Written): readonly string[] {
  const cap = inventoryCapUsd(values);
  const { hedgeThresholdRatio, hedgeThresholdUsd, hedgeThresholdQuotes, quoteSizeUsd } = values;
  const thresholds: readonly Limit[] = [
    { name: 'hedgeThresholdRatio', usd: hedgeThresholdRatio * cap },
    { name: 'hedgeThresholdUsd', usd: hedgeThresholdUsd ?? Number.POSITIVE_INFINITY },
    {
      name: 'hedgeThresholdQuotes',
      usd: (hedgeThresholdQuotes ?? Number.POSITIVE_INFINITY) * quoteSizeUsd,
    },
  ];
  return thresholds
    .filter(({ name }) => written.has(name))
    .flatMap((threshold) => {
      const lower = thresholds.find(({ usd }) => usd < threshold.usd);
      if (threshold.usd >= cap)
        return [never(threshold, `no quote takes the position above the cap of ${inUsd(cap)}`)];
      return lower === undefined ? [] : [never(threshold, `${amount(lower)} is lower`)];
    });
}

/** What is a share of the capital needs to know the capital. */
function idleShares(values: Parameters, written: Written): readonly string[] {
  const { capitalUsd, maxInventoryUsd, maxDirectionalPct } = values;
  if (capitalUsd === undefined)
    return ['dailyLossLimitPct', 'maxDirectionalPct']
      .filter((name) => written.has(name))
      .map((name) => `${name} never acts: capitalUsd, which it is a share of, is not set`);
  const shareUsd = (capitalUsd * maxDirectionalPct) / 100;
  const limits = [
    { name: 'maxInventoryUsd', usd: maxInventoryUsd },
    { name: 'maxDirectionalPct', usd: shareUsd },
  ];
  return limits
    .filter(({ name }) => written.has(name))
    .flatMap((limit) => {
      const lower = limits.find(({ usd }) => usd < limit.usd);
      return lower === undefined ? [] : [never(limit, `${amount(lower)} is lower`)];
    });
}

function idleStops(values: Parameters, written: Written): readonly string[] {
  const { capitalUsd, dailyLossLimitPct, sessionStopLossUsd } = values;
  const stops: string[] = [];
  // A session that lost so much is at least as far below its peak.
  const dailyUsd =
    capitalUsd === undefined ? Number.POSITIVE_INFINITY : (capitalUsd * dailyLossLimitPct) / 100;
  if (sessionStopLossUsd !== undefined && dailyUsd < sessionStopLossUsd)
    stops.push(
      never(
        { name: 'sessionStopLossUsd', usd: sessionStopLossUsd },
        `${amount({ name: 'dailyLossLimitPct', usd: dailyUsd })} is lower and counts from the peak`,
      ),
    );
  if (
    written.has('volCapPctPerHour') &&
    values.volBreakerAction === 'stop' &&
    values.volCapPctPerHour >= values.volBreakerPctPerHour
  )
    stops.push(
      `volCapPctPerHour is ${values.volCapPctPerHour} and never acts: volBreakerPctPerHour, ${values.volBreakerPctPerHour}, stops quoting before`,
    );
  return stops;
}

const inUsd = (value: number): string => `${Number(value.toFixed(2))} USD`;
const amount = ({ name, usd }: Limit): string => `${name}, ${inUsd(usd)},`;
const never = (limit: Limit, why: string): string => `${amount(limit)} never acts: ${why}`;
