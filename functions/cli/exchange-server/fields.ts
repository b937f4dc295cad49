import * as z from 'zod';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { type Side } from '#shared/domain/order/side.ts';
import { didYouMean } from '#shared/schema/near-name.ts';

/**
 * The message of every check is what is allowed: `inputProblem` puts the name and the value before
 * it.
 */
const checked = <T extends z.ZodType>(
  allowed: string,
  make: (options: { error: string }) => T,
): T => make({ error: allowed });

export const text = checked('a text', (options) => z.string(options).min(1, options));
export const flag = checked('true or false', (options) => z.boolean(options));
export const always = checked('true', (options) => z.literal(true, options));
export const aboveZero = checked('above zero', (options) => z.number(options).positive(options));
export const share = checked('above zero, at most 1', (options) =>
  z.number(options).positive(options).max(1, options),
);
export const leverage = checked('a whole number from 1 to 100', (options) =>
  z.int(options).min(1, options).max(100, options),
);
/** Ours name their market, and a coin may be spelt in any script. */
export const clientOrderId = checked('1 to 128 visible characters', (options) =>
  z.string(options).regex(/^[\x21-\x7e\p{L}\p{M}\p{N}]{1,128}$/u, options),
);
export const oneOf = <const Choice extends string>(
  ...choices: readonly Choice[]
): z.ZodType<Choice> => checked(choices.join(', '), (options) => z.enum(choices, options));

const SIDES = { long: 'buy', short: 'sell', buy: 'buy', sell: 'sell' } as const satisfies Record<
  string,
  Side
>;

/** The vendor's `long` and `short`, or `buy` and `sell`. */
export const side = oneOf('long', 'short', 'buy', 'sell').transform((word): Side => SIDES[word]);

/** In a query. */
export const count = (max: number): z.ZodType<number> => queried(1, max);

/** In a query. */
export const wholeNumber = (max: number): z.ZodType<number> => queried(0, max);

const queried = (min: number, max: number): z.ZodType<number> =>
  checked(`a whole number from ${min} to ${max}`, (options) =>
    z
      .string(options)
      .regex(/^\d{1,9}$/, options)
      .transform(Number)
      .refine((value) => value >= min && value <= max, options),
  );

const ISO_TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** In a query: a date without a time is midnight UTC. */
export const time = checked(
  'milliseconds since 1970, or an ISO 8601 time with its zone',
  (options) =>
    z
      .string(options)
      .refine((written) => !Number.isNaN(toMs(written)), options)
      .transform((written): EpochMs => epochMs(toMs(written))),
);

/** NaN where it is neither. */
function toMs(written: string): number {
  if (/^\d{1,15}$/.test(written)) return Number(written);
  const ms = ISO_TIME.test(written) ? Date.parse(written) : Number.NaN;
  return ms >= 0 ? ms : Number.NaN;
}

const MAX_PROBLEMS = 3;
const MAX_SHOWN = 40;

/** `bid_size is -5; allowed: above zero` for the first few fields that are wrong. */
export const inputProblem = (error: z.ZodError, input: Readonly<Record<string, unknown>>): string =>
  error.issues
    .slice(0, MAX_PROBLEMS)
    .map(({ path, message }) =>
      path.length === 0
        ? message
        : `${path.join('.')} is ${shown(input[String(path[0])])}; allowed: ${message}`,
    )
    .join('. ');

/** `bid_sise is not known here (did you mean "bid_size"?)`, likewise, and what is. */
export function unknownFields(unknown: readonly string[], known: readonly string[]): string {
  const named = unknown
    .slice(0, MAX_PROBLEMS)
    .map((name) => `${name.slice(0, MAX_SHOWN)} is not known here${didYouMean(name, known)}`);
  return `${named.join('. ')}; allowed: ${known.length === 0 ? 'nothing' : known.join(', ')}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const written = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return written.length > MAX_SHOWN ? `${written.slice(0, MAX_SHOWN)}...` : written;
}
