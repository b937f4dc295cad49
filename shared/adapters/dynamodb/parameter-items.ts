import * as z from 'zod/mini';
import {
  PARAMETERS,
  type ParameterDefinition,
  type ParameterName,
} from '../../domain/parameters.ts';
import { epochMs } from '../../domain/units.ts';
import type { ParameterReading } from '../../ports/parameter-store.ts';
import { parseParameters } from '../../schema/parameters.ts';
import { unitOf } from './attribute.ts';
import type { Item } from './item.ts';

/** The item of the Parameters table that counts for every market. */
export const FOR_ALL_MARKETS = 'DEFAULT';

/**
 * Items of the Parameters table as people wrote them, least binding first, merged and parsed; the
 * key is no parameter.
 */
export function readParameterItems(items: readonly Item[]): ParameterReading {
  const parsed = parseParameters(items.map(withoutKey));
  if (parsed.kind === 'accepted') return parsed;
  return { ...parsed, problems: parsed.problems.map((problem) => explained(problem, items)) };
}

const values = z.record(
  z.string(),
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(z.union([z.string(), z.number()])),
  ]),
);
const firstSeen = { firstSeenAt: unitOf(epochMs), changes: z.array(z.string()) };

/** PARAMS#<version> in the State table, without its key: the audit of a reading. */
export const parameterAuditItem = z.discriminatedUnion('status', [
  z.object({ status: z.literal('accepted'), values, ...firstSeen }),
  z.object({
    status: z.literal('refused'),
    problems: z.array(z.string()).check(z.minLength(1)),
    ...firstSeen,
  }),
]);

const withoutKey = ({ market: _key, ...attributes }: Item): Item => attributes;

/**
 * Adds what the person at the table needs: that DynamoDB's type is wrong, and which item to
 * correct.
 */
function explained(problem: string, items: readonly Item[]): string {
  const name = items
    .flatMap((item) => Object.keys(withoutKey(item)))
    .find((written) => problem.startsWith(`${written} is `));
  const item = items.findLast((layer) => name !== undefined && Object.hasOwn(layer, name));
  if (name === undefined || item === undefined) return problem;
  return `${problem}${typeHint(name, item[name])} (in item ${String(item['market'])})`;
}

function typeHint(name: string, value: unknown): string {
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
