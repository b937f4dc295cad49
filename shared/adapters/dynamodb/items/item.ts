import * as z from 'zod/mini';
import { InputError, InvariantError } from '../../../domain/failure.ts';
import { problemsOf } from '../../../schema/parameters/problems.ts';
import type { Schema } from './attribute.ts';
import { storedNumber } from './stored-number.ts';

/** An item as it was read: nothing in it is trusted before its schema has parsed it. */
export type Item = Readonly<Record<string, unknown>>;

type Attribute = string | number | boolean | null | readonly Attribute[] | Attributes;
export interface Attributes {
  readonly [name: string]: Attribute;
}

/**
 * A domain object as attributes: numbers exact, undefined as NULL so that a missing attribute is
 * never taken for it. What the schema could not read back is not written: a market must not be
 * stopped by its own state.
 * @throws InvariantError naming `where` and the attribute.
 */
export function encodeItem(schema: Schema<unknown>, value: object, where: string): Attributes {
  const item = encodeAttributes(value, `${where}: `);
  const parsed = z.safeParse(schema, item);
  if (!parsed.success)
    throw new InvariantError(`${where}: not written: ${problemsOf(parsed.error)}`);
  return item;
}

/**
 * @throws InputError as `State BTC-PERP/SESSION: pnl.fills: ...`, all wrong attributes in one line.
 */
export function parseItem<T>(schema: Schema<T>, raw: unknown, where: string): T {
  const parsed = z.safeParse(schema, raw);
  if (!parsed.success) throw new InputError(`${where}: ${problemsOf(parsed.error)}`);
  return parsed.data;
}

const encodeAttributes = (value: object, prefix: string): Attributes =>
  Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      encode(inner, `${prefix}${name}`),
    ]),
  );

function encode(value: unknown, path: string): Attribute {
  if (value === undefined) return null;
  if (typeof value === 'number') return storedNumber(value, path);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value))
    return value.map((inner: unknown, index) => encode(inner, `${path}.${index}`));
  if (typeof value === 'object' && value !== null) return encodeAttributes(value, `${path}.`);
  throw new InvariantError(`${path}: a ${value === null ? 'null' : typeof value} cannot be stored`);
}
