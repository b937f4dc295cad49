import { inventoryCapUsd } from '../../domain/books/inventory-cap.ts';
import type { ParameterProblem } from '../../domain/parameters/parameter-reading.ts';
import type { ParameterName, Parameters } from '../../domain/parameters/parameters.ts';
import { parseQuietWindows } from '../../domain/parameters/quiet-window.ts';

/**
 * What no single attribute can say: values that contradict each other, or a text that says nothing.
 */
export function conflictsIn(values: Parameters): readonly ParameterProblem[] {
  return [
    ...orderConflicts(values),
    ...sizeConflicts(values),
    ...modelConflicts(values),
    ...textConflicts(values),
  ];
}

const wrong = (values: Parameters, name: ParameterName, allowed: string): ParameterProblem => ({
  name,
  value: values[name],
  allowed,
});

function orderConflicts(values: Parameters): readonly ParameterProblem[] {
  const conflicts: ParameterProblem[] = [];
  if (values.minSpreadBps > values.maxSpreadBps)
    conflicts.push(
      wrong(values, 'minSpreadBps', `at most maxSpreadBps, which is ${values.maxSpreadBps}`),
    );
  if (values.fundingTiltRatio >= values.oneSidedAtRatio)
    conflicts.push(
      wrong(
        values,
        'fundingTiltRatio',
        `below oneSidedAtRatio, which is ${values.oneSidedAtRatio}`,
      ),
    );
  if (values.volRegimeLow >= values.volRegimeHigh)
    conflicts.push(
      wrong(values, 'volRegimeLow', `below volRegimeHigh, which is ${values.volRegimeHigh}`),
    );
  if (!isRising(values.spreadMultipliers))
    conflicts.push(wrong(values, 'spreadMultipliers', 'none below the one before it'));
  if (!isRising(values.sizeMultipliers.toReversed()))
    conflicts.push(wrong(values, 'sizeMultipliers', 'none above the one before it'));
  return conflicts;
}

const isRising = (values: readonly number[]): boolean =>
  values.every((value, index) => value >= (values[index - 1] ?? value));

function sizeConflicts(values: Parameters): readonly ParameterProblem[] {
  const cap = inventoryCapUsd(values);
  if (values.quoteSizeUsd <= cap) return [];
  const what = cap < values.maxInventoryUsd ? 'maxDirectionalPct of capitalUsd' : 'maxInventoryUsd';
  return [wrong(values, 'quoteSizeUsd', `at most ${what}, which is ${cap}`)];
}

function modelConflicts(values: Parameters): readonly ParameterProblem[] {
  const { spreadModel, gridLowerPrice, gridUpperPrice } = values;
  if (spreadModel !== 'grid') return [];
  if (gridLowerPrice === undefined || gridUpperPrice === undefined)
    return [wrong(values, 'spreadModel', 'only with gridLowerPrice and gridUpperPrice')];
  if (gridLowerPrice < gridUpperPrice) return [];
  return [wrong(values, 'gridLowerPrice', `below gridUpperPrice, which is ${gridUpperPrice}`)];
}

function textConflicts(values: Parameters): readonly ParameterProblem[] {
  const parsed = parseQuietWindows(values.quietWindows);
  return parsed.ok ? [] : [wrong(values, 'quietWindows', parsed.failure)];
}
