import * as z from 'zod/mini';
import { type MarketId, parseMarketId } from '../domain/venue/market-id.ts';

/** A market as tables, events and environments name it. */
export const marketIdField: z.core.$ZodType<MarketId, string> = z.pipe(
  z.string(),
  z.transform((text: string, context): MarketId => {
    const id = parseMarketId(text);
    if (id === undefined)
      context.issues.push({
        code: 'custom',
        message: 'must be a market as purple-flea/BTC-PERP',
        input: text,
      });
    return id ?? z.NEVER;
  }),
);
