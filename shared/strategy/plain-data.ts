import { VAST } from '../math/require.ts';
import type { EpochMs } from '../domain/units.ts';

/** Whether something read back is what it should be; whoever says yes has looked at all of it. */
export type Check<T> = (saved: unknown) => saved is T;

/** A finite number that no sum of ours can have outgrown. */
export const isNumber: Check<number> = (saved): saved is number =>
  typeof saved === 'number' && Math.abs(saved) <= VAST;

/** Zero or above. */
export const isAmount: Check<number> = (saved): saved is number => isNumber(saved) && saved >= 0;

/** Above zero, and not so little that dividing by it is no number. */
export const isPositive: Check<number> = (saved): saved is number =>
  isNumber(saved) && saved >= 1 / VAST;

/** The natural logarithm of what may be a price. */
export const isLogOfPrice: Check<number> = (saved): saved is number =>
  isNumber(saved) && Math.abs(saved) <= Math.log(VAST);

/** Milliseconds since 1970. */
export const isTime: Check<EpochMs> = (saved): saved is EpochMs => isAmount(saved);

export const isText: Check<string> = (saved): saved is string => typeof saved === 'string';

export const isTrueOrFalse: Check<boolean> = (saved): saved is boolean =>
  typeof saved === 'boolean';

/** One of a few texts. */
export const oneOf =
  <T extends string>(...allowed: readonly T[]): Check<T> =>
  (saved): saved is T =>
    allowed.some((one) => one === saved);

/** Undefined, which is what JSON leaves out, or what `check` says. */
export const maybe =
  <T>(check: Check<T>): Check<T | undefined> =>
  (saved): saved is T | undefined =>
    saved === undefined || check(saved);

export const listOf =
  <T>(check: Check<T>): Check<readonly T[]> =>
  (saved): saved is readonly T[] =>
    Array.isArray(saved) && saved.every(check);

/** Any names, and values that are all of one kind. */
export const tableOf =
  <T>(check: Check<T>): Check<Readonly<Record<string, T>>> =>
  (saved): saved is Readonly<Record<string, T>> =>
    isObject(saved) && Object.values(saved).every(check);

/** Just these names, each with what its own check says. */
export const recordOf =
  <T extends object>(checks: { readonly [Name in keyof T]-?: Check<T[Name]> }): Check<T> =>
  (saved): saved is T =>
    isObject(saved) &&
    Object.keys(saved).every((name) => Object.hasOwn(checks, name)) &&
    Object.entries<Check<unknown>>(checks).every(([name, check]) => check(saved[name]));

/** Neither a list nor nothing. */
export const isObject = (saved: unknown): saved is Readonly<Record<string, unknown>> =>
  typeof saved === 'object' && saved !== null && !Array.isArray(saved);
