import { readFileSync } from 'node:fs';
import { InputError } from '#shared/domain/failure.ts';
import type { MarketSymbol } from '#shared/domain/market.ts';
import { describeProblems } from '#shared/domain/parameter-reading.ts';
import type { Parameters } from '#shared/domain/parameters.ts';
import { didYouMean } from '#shared/schema/near-name.ts';
import { parseParameters } from '#shared/schema/parameters.ts';

/** Attributes per item of the Parameters table: `DEFAULT` for all markets, or one market's own. */
export type ParameterItems = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const FOR_ALL = 'DEFAULT';

/**
 * The items of a parameter file: `{"DEFAULT": {"baseSpreadBps": 6}, "BTC-PERP": {...}}`, or
 * attributes without items, which are for all markets. @throws InputError in one line when it
 * cannot be read or a market's parameters would be refused.
 */
export function readParametersFile(path: string, markets: readonly MarketSymbol[]): ParameterItems {
  const written = readJson(path);
  const items: ParameterItems = Object.values(written).some(isItem)
    ? Object.fromEntries(
        Object.entries(written).map(([name, value]) => [name, itemAt(path, name, value)]),
      )
    : { [FOR_ALL]: written };
  for (const name of Object.keys(items)) {
    if (name !== FOR_ALL && !markets.includes(name))
      throw new InputError(
        `--params ${path}: no market ${name}${meant(name, markets)}; allowed: ${FOR_ALL}, ${markets.join(', ')}`,
      );
  }
  for (const market of markets) parametersIn(items, market, `--params ${path}`);
  return items;
}

/** What is in force in a market. @throws InputError naming what is refused. */
export function parametersIn(
  items: ParameterItems,
  market: MarketSymbol,
  where: string,
): Parameters {
  const parsed = parseParameters([items[FOR_ALL] ?? {}, items[market] ?? {}]);
  if (parsed.kind === 'refused')
    throw new InputError(`${where}: ${describeProblems(parsed).join('; ')}`);
  return parsed.values;
}

function readJson(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(
      `--params ${path}: cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
    );
  }
  const value = parsedJson(text, path);
  if (!isItem(value)) throw new InputError(`--params ${path}: must hold an object of parameters`);
  return itemOf(value);
}

function parsedJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(
      `--params ${path}: not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
}

const isItem = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Once one name has an object of attributes, every name must. */
function itemAt(path: string, name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (isItem(value)) return itemOf(value);
  throw new InputError(
    `--params ${path}: ${name} stands beside items; allowed: all attributes in items, or none`,
  );
}

/** `BTC` for BTC-PERP is no slip of the pen, but meant all the same. */
const meant = (name: string, markets: readonly MarketSymbol[]): string =>
  markets.includes(`${name}-PERP`)
    ? ` (did you mean "${name}-PERP"?)`
    : didYouMean(name, [FOR_ALL, ...markets]);

const itemOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isItem(value) ? { ...value } : {};
