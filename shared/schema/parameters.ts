import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { fingerprint } from '../domain/fingerprint.ts';
import {
  PARAMETERS,
  type ParameterDefinition,
  type ParameterName,
  type Parameters,
  type ParameterVersion,
} from '../domain/parameters.ts';
import { didYouMean } from './near-name.ts';
import { conflictsIn } from './parameter-conflicts.ts';

export type ParametersParsed =
  | { readonly kind: 'accepted'; readonly version: ParameterVersion }
  | RefusedParameters;

interface RefusedParameters {
  readonly kind: 'refused';
  readonly version: string;
  readonly problems: readonly string[];
  /**
   * `mode` is off in any spelling, or cannot be read: that is obeyed whatever else is wrong, so
   * that stopping never waits for a correction.
   */
  readonly switchedOff: boolean;
}

/**
 * Attributes as people wrote them, least binding first: built-in defaults < DEFAULT < market.
 * Strict: one wrong attribute refuses all.
 */
export function parseParameters(
  layers: readonly Readonly<Record<string, unknown>>[],
): ParametersParsed {
  const written = Object.fromEntries(layers.flatMap((layer) => Object.entries(layer)));
  const wrong = Object.entries(written).filter(([name, value]) => !isRight(name, value));
  if (wrong.length > 0) return refused(written, problemsWith(wrong));
  const values = parametersSchema.parse(written);
  const conflicts = conflictsIn(values);
  if (conflicts.length > 0) return refused(written, conflicts);
  return { kind: 'accepted', version: { version: versionOf(values), values } };
}

const refused = (
  written: Readonly<Record<string, unknown>>,
  problems: readonly string[],
): RefusedParameters => ({
  kind: 'refused',
  version: versionOf(written),
  problems,
  switchedOff: Object.entries(written).some(([name, value]) => switchesOff(name, value)),
});

/** A mode that nobody can read is no reason to go on; a misspelt `Mode` must at least say off. */
function switchesOff(name: string, value: unknown): boolean {
  if (name === 'mode') return value === 'off' || !isRight(name, value);
  const saysOff = typeof value === 'string' && value.trim().toLowerCase() === 'off';
  return (saysOff || value === false) && name.trim().toLowerCase() === 'mode';
}

/** What the built-in defaults amount to. */
export function defaultParameters(): ParameterVersion {
  const parsed = parseParameters([]);
  if (parsed.kind === 'refused')
    throw new Error(`the built-in defaults are refused: ${parsed.problems.join('; ')}`);
  return parsed.version;
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

const MOST_PROBLEMS = 10;

/** However much is wrong, what is said of it fits on a screen. */
function problemsWith(wrong: readonly (readonly [string, unknown])[]): readonly string[] {
  const first = wrong.slice(0, MOST_PROBLEMS).map(([name, value]) => problemWith(name, value));
  const more = wrong.length - first.length;
  return more === 0 ? first : [...first, `${more} more attributes are wrong`];
}

function problemWith(name: string, value: unknown): string {
  const definition = definitionOf(name);
  if (definition === undefined)
    return `${shortened(name)} is not a parameter${didYouMean(name, NAMES)}`;
  return `${name} is ${shown(value)}; allowed: ${allowed(definition)}`;
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

const MOST_SHOWN = 80;
const shortened = (text: string): string =>
  text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text;

const shown = (value: unknown): string =>
  shortened(
    typeof value === 'string' || Array.isArray(value) ? JSON.stringify(value) : String(value),
  );
