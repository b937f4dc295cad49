import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import type {
  ParameterProblem,
  ParameterReading,
} from '../../domain/parameters/parameter-reading.ts';
import {
  PARAMETERS,
  type ParameterDefinition,
  type ParameterName,
} from '../../domain/parameters/parameters.ts';
import { modeOf, parseParameters } from './parameters.ts';
import { FOR_ALL_MARKETS } from './unread-items.ts';

/** An item of the Parameters table: what people wrote, under its key `market`. */
export type WrittenItem = Readonly<Record<string, unknown>>;

/** The keys of the items that bear on a market, least binding first. */
export const itemsOf = (market: MarketId): readonly string[] => [
  FOR_ALL_MARKETS,
  market,
  symbolOf(market),
];

interface ItemsRead {
  readonly reading: ParameterReading;
  /** Items that were written for this market and change nothing, one line each. */
  readonly unread: readonly string[];
}

/** Reads items into parameters; what was read last is remembered for each market. */
export type ReadParameterItems = (
  market: MarketId,
  items: ReadonlyMap<string, WrittenItem>,
) => ItemsRead;

/**
 * Parsing is 54 checks, and a session asks every few seconds: the same items give the same reading
 * again, without parsing.
 */
export function createParameterReader(): ReadParameterItems {
  const last = new Map<MarketId, { readonly text: string; readonly read: ItemsRead }>();
  return (market, items) => {
    const written = itemsOf(market).map((key) => items.get(key));
    const text = JSON.stringify(written, asText);
    const known = last.get(market);
    if (known?.text === text) return known.read;
    const read = readItems(market, written);
    last.set(market, { text, read });
    return read;
  };
}

/** JSON has no sets, bytes or numbers beyond it; a person may have put any of them there. */
export const asText = (_name: string, value: unknown): unknown => {
  if (value instanceof Set) return ['set', ...value];
  if (typeof value === 'bigint') return `${value}n`;
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
};

function readItems(
  market: MarketId,
  [forAll, own, bare]: readonly (WrittenItem | undefined)[],
): ItemsRead {
  const symbol = symbolOf(market);
  const layers = [forAll, own].map((item) => withoutKey(item ?? {}));
  const parsed = parseParameters(layers);
  const mode = bare === undefined ? 'other' : modeOf(withoutKey(bare));
  if (mode !== 'other') {
    const stopped: ParameterProblem = {
      name: 'mode',
      value: bare?.['mode'],
      allowed: `in item ${market}; until it is gone from here it stops every market of that symbol`,
      item: symbol,
    };
    return { reading: named(parsed, market, layers, { stopped, mode }), unread: [] };
  }
  const unread =
    bare === undefined ? [] : [`item ${symbol} is read by no market (did you mean "${market}"?)`];
  return { reading: named(parsed, market, layers), unread };
}

type Mode = Extract<ParameterReading, { kind: 'refused' }>['mode'];

/**
 * Adds what the person at the table needs: DynamoDB's type where it is wrong, and the item to
 * correct. `stop`: an item of the bare symbol that says off.
 */
function named(
  parsed: ParameterReading,
  market: string,
  [forAll = {}, own = {}]: readonly WrittenItem[],
  stop?: { readonly stopped: ParameterProblem; readonly mode: Mode },
): ParameterReading {
  if (parsed.kind === 'accepted') {
    if (stop === undefined) return parsed;
    const { version } = parsed;
    const problems = [stop.stopped];
    return { kind: 'refused', version: `${version}-off`, problems, unnamed: 0, mode: stop.mode };
  }
  const problems = parsed.problems.map((problem): ParameterProblem => {
    const item = [[market, own] as const, [FOR_ALL_MARKETS, forAll] as const].find(([, layer]) =>
      Object.hasOwn(layer, problem.name),
    );
    return {
      ...problem,
      allowed: problem.allowed + typeHint(problem),
      ...(item === undefined ? {} : { item: item[0] }),
    };
  });
  return {
    ...parsed,
    problems: stop === undefined ? problems : [stop.stopped, ...problems],
    mode: parsed.mode === 'other' ? (stop?.mode ?? 'other') : parsed.mode,
  };
}

/** What would be wrong in a market with these items; of DEFAULT alone where `own` is left out. */
export function problemsIn(
  market: string,
  forAll: WrittenItem,
  own: WrittenItem = {},
): readonly ParameterProblem[] {
  const layers = [forAll, own].map(withoutKey);
  const reading = named(parseParameters(layers), market, layers);
  return reading.kind === 'refused' ? reading.problems : [];
}

const withoutKey = ({ market: _key, ...attributes }: WrittenItem): WrittenItem => attributes;

function typeHint({ name, value }: ParameterProblem): string {
  const definition = isParameter(name) ? PARAMETERS[name] : undefined;
  const type = definition === undefined ? undefined : typeOf(definition);
  return type === undefined || (Array.isArray(value) ? 'list' : typeof value) === type.is
    ? ''
    : `, as a ${type.shown}`;
}

const isParameter = (name: string): name is ParameterName => Object.hasOwn(PARAMETERS, name);

function typeOf(definition: ParameterDefinition): { readonly is: string; readonly shown: string } {
  switch (definition.kind) {
    case 'number':
    case 'optional-number':
      return { is: 'number', shown: 'number (type N), not a text' };
    case 'choice':
      return { is: 'string', shown: 'text (type S)' };
    case 'switch':
      return { is: 'boolean', shown: 'boolean (type BOOL), not a text' };
    case 'numbers':
      return { is: 'list', shown: 'list (type L) of numbers (type N)' };
    case 'texts':
      return { is: 'list', shown: 'list (type L) of texts (type S)' };
  }
}
