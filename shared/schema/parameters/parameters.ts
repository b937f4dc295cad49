import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { fingerprint } from '../../domain/fingerprint.ts';
import {
  PARAMETERS,
  type ParameterDefinition,
  type ParameterName,
  type Parameters,
  type ParameterVersion,
} from '../../domain/parameters/parameters.ts';
import {
  describeProblems,
  NO_PARAMETER,
  type ParameterProblem,
  type ParameterReading,
} from '../../domain/parameters/parameter-reading.ts';
import { nearName } from '../near-name.ts';
import { conflictsIn } from './parameter-conflicts.ts';

/**
 * Attributes as people wrote them, least binding first: built-in defaults < DEFAULT < market.
 * Strict: one wrong attribute refuses all.
 */
export function parseParameters(
  layers: readonly Readonly<Record<string, unknown>>[],
): ParameterReading {
  const written = Object.fromEntries(layers.flatMap((layer) => Object.entries(layer)));
  const wrong = Object.entries(written).filter(([name, value]) => !isRight(name, value));
  if (wrong.length > 0) {
    const named = wrong.slice(0, MOST_PROBLEMS).map(([name, value]) => problemWith(name, value));
    return refused(written, named, wrong.length - named.length);
  }
  const values = parametersSchema.parse(written);
  const conflicts = conflictsIn(values);
  if (conflicts.length > 0) return refused(written, conflicts, 0);
  return { kind: 'accepted', version: versionOf(values), values };
}

const refused = (
  written: Readonly<Record<string, unknown>>,
  problems: readonly ParameterProblem[],
  unnamed: number,
): ParameterReading => ({
  kind: 'refused',
  version: versionOf(written),
  problems,
  unnamed,
  mode: modeOf(written),
});

/** A mode that nobody can read is no reason to go on; a misspelt `Mode` must at least say off. */
export function modeOf(
  written: Readonly<Record<string, unknown>>,
): Extract<ParameterReading, { kind: 'refused' }>['mode'] {
  if (Object.entries(written).some(([name, value]) => isMode(name) && saysOff(value))) return 'off';
  return Object.hasOwn(written, 'mode') && !isRight('mode', written['mode'])
    ? 'unreadable'
    : 'other';
}

const isMode = (name: string): boolean => name.trim().toLowerCase() === 'mode';
const saysOff = (value: unknown): boolean =>
  value === false || (typeof value === 'string' && value.trim().toLowerCase() === 'off');

/** What the built-in defaults amount to. */
export function defaultParameters(): ParameterVersion {
  const parsed = parseParameters([]);
  if (parsed.kind === 'refused')
    throw new Error(`the built-in defaults are refused: ${describeProblems(parsed).join('; ')}`);
  return parsed;
}

/** The same values have the same version, in whatever order they were written. */
const versionOf = (values: object): string =>
  fingerprint(JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))));

const NAMES = Object.keys(PARAMETERS);
const MOST_TEXTS = 100;

const definitionOf = (name: string): ParameterDefinition | undefined =>
  Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name as ParameterName] : undefined;

function schemaOf(definition: ParameterDefinition): z.ZodMiniType {
  switch (definition.kind) {
    case 'number': {
      const number = definition.whole === true ? z.int() : z.number();
      return number.check(z.gte(definition.min), z.lte(definition.max));
    }
    case 'optional-number':
      return z.number().check(z.gte(definition.min), z.lte(definition.max));
    case 'choice':
      return z.enum(definition.choices);
    case 'switch':
      return z.boolean();
    case 'numbers': {
      const number = z.number().check(z.gte(definition.min), z.lte(definition.max));
      return z.tuple([number, number, number]);
    }
    case 'texts':
      return z.array(z.string()).check(z.maxLength(MOST_TEXTS));
  }
}

const defaultOf = (
  definition: Exclude<ParameterDefinition, { kind: 'optional-number' }>,
): unknown => (definition.kind === 'texts' ? [] : definition.default);

const parametersSchema = z.strictObject(
  Object.fromEntries(
    Object.entries<ParameterDefinition>(PARAMETERS).map(([name, definition]) => [
      name,
      definition.kind === 'optional-number'
        ? z.optional(schemaOf(definition))
        : withDefault(schemaOf(definition), defaultOf(definition)),
    ]),
  ),
) as unknown as z.ZodMiniType<Parameters>;

const SCHEMAS: ReadonlyMap<string, z.ZodMiniType> = new Map(
  Object.entries<ParameterDefinition>(PARAMETERS).map(([name, definition]) => [
    name,
    schemaOf(definition),
  ]),
);

const isRight = (name: string, value: unknown): boolean =>
  SCHEMAS.get(name)?.safeParse(value).success === true;

/** However much is wrong, what is said of it fits on a screen. */
const MOST_PROBLEMS = 10;

function problemWith(name: string, value: unknown): ParameterProblem {
  const definition = definitionOf(name);
  if (definition !== undefined) return { name, value, allowed: allowed(definition) };
  const near = nearName(name, NAMES);
  return { name, value, allowed: NO_PARAMETER, ...(near === undefined ? {} : { near }) };
}

/** `2 to 20, whole` or `fixed, additive`. */
function allowed(definition: ParameterDefinition): string {
  switch (definition.kind) {
    case 'number':
      return `${definition.min} to ${definition.max}${definition.whole === true ? ', whole' : ''}`;
    case 'optional-number':
      return `${definition.min} to ${definition.max}`;
    case 'choice':
      return definition.choices.join(', ');
    case 'switch':
      return 'true, false';
    case 'numbers':
      return `a list of ${definition.default.length} numbers, each ${definition.min} to ${definition.max}`;
    case 'texts':
      return `a list of at most ${MOST_TEXTS} texts`;
  }
}
