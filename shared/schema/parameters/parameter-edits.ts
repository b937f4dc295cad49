import { fingerprint } from '../../domain/fingerprint.ts';
import { parseMarketId } from '../../domain/venue/market-id.ts';
import type { ParameterProblem } from '../../domain/parameters/parameter-reading.ts';
import { asText, problemsIn, type WrittenItem } from './parameter-items.ts';
import { modeOf } from './parameters.ts';
import { FOR_ALL_MARKETS } from './unread-items.ts';

/** Names exactly these attributes, in whatever order they stand. */
export const versionOfItem = (attributes: WrittenItem): string =>
  fingerprint(
    JSON.stringify(
      Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)),
      asText,
    ),
  );

/** An attribute that the edit leaves undefined is taken out. */
export const edited = (before: WrittenItem, edit: Readonly<Record<string, unknown>>): WrittenItem =>
  Object.fromEntries(
    Object.entries({ ...before, ...edit }).filter(([, value]) => value !== undefined),
  );

/**
 * Why an edit of the item `target` may not be written: some market could not be read with it that
 * could before, or that of the target itself. `all`: every item of the table. One that only
 * switches off is always right.
 */
export function problemsOfEdit(
  target: string,
  before: WrittenItem,
  edit: Readonly<Record<string, unknown>>,
  all: readonly WrittenItem[],
): readonly ParameterProblem[] {
  if (Object.keys(edit).length === 1 && modeOf(edit) === 'off') return [];
  const after = edited(before, edit);
  const itemOf = (key: string): WrittenItem => all.find(({ market }) => market === key) ?? {};
  if (target !== FOR_ALL_MARKETS) return problemsIn(target, itemOf(FOR_ALL_MARKETS), after);
  const problems = problemsIn(FOR_ALL_MARKETS, after);
  if (problems.length > 0) return problems;
  for (const item of all) {
    const market = String(item['market']);
    if (parseMarketId(market) === undefined || problemsIn(market, before, item).length > 0)
      continue;
    const spoilt = problemsIn(market, after, item);
    if (spoilt.length > 0) return spoilt;
  }
  return [];
}
