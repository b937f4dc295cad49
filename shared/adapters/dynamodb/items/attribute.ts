import * as z from 'zod/mini';
import { InvariantError } from '../../../domain/failure.ts';
import { doubleOf } from './stored-number.ts';

export type Schema<T> = z.core.$ZodType<T>;

export const double = z.pipe(
  z.unknown(),
  z.transform((raw, context): number => {
    const value = doubleOf(raw);
    if (value === undefined)
      context.issues.push({ code: 'custom', message: 'must be a number', input: raw });
    return value ?? z.NEVER;
  }),
);

/** A number that only the domain's own function may turn into its unit. */
export const unitOf = <Unit extends number>(mint: (value: number) => Unit): Schema<Unit> =>
  z.pipe(
    double,
    z.transform((value: number, context): Unit => {
      try {
        return mint(value);
      } catch (error) {
        if (!(error instanceof InvariantError)) throw error;
        context.issues.push({ code: 'custom', message: error.message, input: value });
        return z.NEVER;
      }
    }),
  );

/** NULL where the domain has undefined. */
export const orUndefined = <T>(schema: Schema<T>): Schema<T | undefined> =>
  z.pipe(
    z.nullable(schema),
    z.transform((value: T | null): T | undefined => value ?? undefined),
  );

/** The same for an attribute that older versions did not write. */
export const undefinedOrMissing = <T>(schema: Schema<T>): Schema<T | undefined> =>
  z.pipe(
    z.optional(z.nullable(schema)),
    z.transform((value: T | null | undefined): T | undefined => value ?? undefined),
  );

/** A whole number of zero or more that conditions compare and people count by. */
export const count = z.int().check(z.gte(0));

export const filledText = z.string().check(z.minLength(1));
