import { closeSync, openSync, readSync } from 'node:fs';
import { InputError } from '#shared/domain/failure.ts';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';
import { describeProblems } from '#shared/domain/parameters/parameter-reading.ts';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { idleLimits } from '#shared/schema/parameters/idle-limits.ts';
import { parseJsonText } from '#shared/schema/json-text.ts';
import { resolveMarketName, symbolIn } from '#shared/schema/market-name.ts';
import { parseParameters } from '#shared/schema/parameters/parameters.ts';
import { FOR_ALL_MARKETS, unreadItems } from '#shared/schema/parameters/unread-items.ts';
import { SIMULATED_VENUE } from '#shared/simulation/simulate.ts';

/** Attributes per item of the Parameters table: `DEFAULT` for all markets, or one market's own. */
export type ParameterItems = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The items of a parameter file by symbol: `{"DEFAULT": {"baseSpreadBps": 6}, "BTC-PERP": {...}}`,
 * markets also as `BTC` or by full id, or attributes without items, which are for all. @throws
 * InputError in one line when it cannot be read or a market's parameters would be refused.
 */
export function readParametersFile(path: string, markets: readonly MarketSymbol[]): ParameterItems {
  const written = readJson(path);
  const items = Object.values(written).some(isItem)
    ? itemsIn(path, written, markets)
    : { [FOR_ALL_MARKETS]: written };
  for (const market of markets) parametersIn(items, market, `--params ${path}`);
  return items;
}

function itemsIn(
  path: string,
  written: Readonly<Record<string, unknown>>,
  markets: readonly MarketSymbol[],
): ParameterItems {
  const ids = markets.map((symbol) => `${SIMULATED_VENUE}/${symbol}`);
  const keyOf = (name: string): string | undefined => {
    if (name === FOR_ALL_MARKETS) return name;
    const found = resolveMarketName(name, ids);
    return found.ok ? symbolIn(found.value) : undefined;
  };
  const items = Object.entries(written).map(
    ([name, value]) => [name, itemAt(path, name, value)] as const,
  );
  const names = items.map(([name]) => name);
  const unread = unreadItems(
    names.filter((name) => keyOf(name) === undefined),
    markets,
  );
  if (unread.length > 0)
    throw new InputError(
      `--params ${path}: ${unread.join('; ')}; allowed: ${FOR_ALL_MARKETS}, ${markets.join(', ')}`,
    );
  for (const [key, same] of Map.groupBy(names, keyOf))
    if (same.length > 1)
      throw new InputError(
        `--params ${path}: names ${key} as ${same.join(' and as ')}; allowed: once`,
      );
  return Object.fromEntries(items.map(([name, item]) => [keyOf(name) ?? name, item]));
}

/** What is in force in a market. @throws InputError naming what is refused. */
export function parametersIn(
  items: ParameterItems,
  market: MarketSymbol,
  where: string,
): Parameters {
  const parsed = parseParameters(layersOf(items, market));
  if (parsed.kind === 'refused')
    throw new InputError(`${where}: ${describeProblems(parsed).join('; ')}`);
  return parsed.values;
}

/** Limits that were written and can never act, each with the markets where that is so. */
export function parameterNotes(
  items: ParameterItems,
  markets: readonly MarketSymbol[],
): readonly string[] {
  const said = markets.flatMap((market) => {
    const written = layersOf(items, market).flatMap((layer) => Object.keys(layer));
    return idleLimits(parametersIn(items, market, 'parameters'), new Set(written)).map((line) => ({
      market,
      line,
    }));
  });
  return [...Map.groupBy(said, ({ line }) => line)].map(
    ([line, where]) => `${where.map(({ market }) => market).join(', ')}: ${line}`,
  );
}

const layersOf = (
  items: ParameterItems,
  market: MarketSymbol,
): readonly Readonly<Record<string, unknown>>[] => [
  items[FOR_ALL_MARKETS] ?? {},
  items[market] ?? {},
];

/** Items, their attributes, lists in these, and some more for what is refused by name. */
const MAX_DEPTH = 16;

function readJson(path: string): Readonly<Record<string, unknown>> {
  const parsed = parseJsonText(readText(path), MAX_DEPTH);
  if (!parsed.ok) throw new InputError(`--params ${path}: ${parsed.failure}`);
  if (!isItem(parsed.value))
    throw new InputError(`--params ${path}: must hold an object of parameters`);
  return itemOf(parsed.value);
}

/** Every attribute of dozens of markets is a tenth of it. */
const MAX_BYTES = 1_048_576;

/** Reads no more than is allowed, of whatever it is: a device may have no end. */
function readText(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = readUpTo(file, MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES)
        throw new InputError(`--params ${path}: is too large; allowed: up to ${MAX_BYTES} bytes`);
      // Editors on Windows put a byte order mark before it.
      return bytes.toString('utf8').replace(/^\uFEFF/, '');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `--params ${path}: cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
    );
  }
}

function readUpTo(file: number, most: number): Buffer {
  const bytes = Buffer.alloc(most);
  let length = 0;
  for (let read = 1; read > 0 && length < most; length += read)
    read = readSync(file, bytes, length, most - length, null);
  return bytes.subarray(0, length);
}

const isItem = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Once one name has an object of attributes, every name must. */
function itemAt(path: string, name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (isItem(value)) return itemOf(value);
  throw new InputError(
    `--params ${path}: ${name.slice(0, 60)} stands beside items; allowed: all attributes in items, or none`,
  );
}

const itemOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isItem(value) ? { ...value } : {};
