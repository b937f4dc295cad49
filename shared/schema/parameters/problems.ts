import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';

/**
 * Until it is told a language, zod/mini says "Invalid input" to everything; `z.locales` would bring
 * all fifty of them along.
 */
z.config(en());

/**
 * A zod error as one line: `markets.0.symbol: Invalid input`. Never holds the value, which may be a
 * secret.
 */
export const problemsOf = (error: z.core.$ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
