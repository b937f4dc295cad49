import type * as z from 'zod';

/** A zod error as one line: `markets.0.symbol: Invalid input`. Never holds the value, which may be a secret. */
export const problemsOf = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
