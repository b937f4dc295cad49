import { inventoryCapUsd } from '../domain/inventory-cap.ts';
import type { Parameters } from '../domain/parameters.ts';
import { parseQuietWindows } from '../domain/quiet-window.ts';

/**
 * What no single attribute can say: values that contradict each other, or a text that says nothing.
 * One line each.
 */
export function conflictsIn(values: Parameters): readonly string[] {
  return [
    ...orderConflicts(values),
    ...sizeConflicts(values),
    ...modelConflicts(values),
    ...textConflicts(values),
  ];
}

function orderConflicts(values: Parameters): readonly string[] {
  const conflicts: string[] = [];
  if (values.minSpreadBps > values.maxSpreadBps)
    conflicts.push(
      `minSpreadBps is ${values.minSpreadBps}; allowed: at most maxSpreadBps, which is ${values.maxSpreadBps}`,
    );
  if (values.fundingTiltRatio >= values.oneSidedAtRatio)
    conflicts.push(
      `fundingTiltRatio is ${values.fundingTiltRatio}; allowed: below oneSidedAtRatio, which is ${values.oneSidedAtRatio}`,
    );
  if (values.volRegimeLow >= values.volRegimeHigh)
    conflicts.push(
      `volRegimeLow is ${values.volRegimeLow}; allowed: below volRegimeHigh, which is ${values.volRegimeHigh}`,
    );
  if (!isRising(values.spreadMultipliers))
    conflicts.push(
      `spreadMultipliers is ${JSON.stringify(values.spreadMultipliers)}; allowed: none below the one before it`,
    );
  if (!isRising(values.sizeMultipliers.toReversed()))
    conflicts.push(
      `sizeMultipliers is ${JSON.stringify(values.sizeMultipliers)}; allowed: none above the one before it`,
    );
  return conflicts;
}

const isRising = (values: readonly number[]): boolean =>
  values.every((value, index) => value >= (values[index - 1] ?? value));

function sizeConflicts(values: Parameters): readonly string[] {
  const cap = inventoryCapUsd(values);
  if (values.quoteSizeUsd <= cap) return [];
  const what = cap < values.maxInventoryUsd ? 'maxDirectionalPct of capitalUsd' : 'maxInventoryUsd';
  return [`quoteSizeUsd is ${values.quoteSizeUsd}; allowed: at most ${what}, which is ${cap}`];
}

function modelConflicts({
  spreadModel,
  gridLowerPrice,
  gridUpperPrice,
}: Parameters): readonly string[] {
  if (spreadModel !== 'grid') return [];
  if (gridLowerPrice === undefined || gridUpperPrice === undefined)
    return ['spreadModel is "grid"; allowed: only with gridLowerPrice and gridUpperPrice'];
  if (gridLowerPrice < gridUpperPrice) return [];
  return [
    `gridLowerPrice is ${gridLowerPrice}; allowed: below gridUpperPrice, which is ${gridUpperPrice}`,
  ];
}

function textConflicts({ quietWindows }: Parameters): readonly string[] {
  const parsed = parseQuietWindows(quietWindows);
  return parsed.ok ? [] : [`quietWindows: ${parsed.failure}`];
}
