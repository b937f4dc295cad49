import * as z from 'zod/mini';
import type { Halt } from '../../../domain/trading/halt.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import { epochMs } from '../../../domain/units.ts';
import { marketIdField } from '../../../schema/market-id.ts';
import { double, filledText, orUndefined, type Schema, unitOf } from './attribute.ts';
import type { Item } from './item.ts';
import { parsed } from '../table/state-table.ts';

/** HALT in the State table as we write it. */
export const haltItem: Schema<Halt> = z.object({
  market: marketIdField,
  cause: filledText,
  text: z.string(),
  at: orUndefined(unitOf(epochMs)),
  netPnlUsd: orUndefined(double),
});

/** As a person may write it: a cause is enough. */
const writtenHalt = z.object({
  cause: filledText,
  text: z.optional(z.string()),
  at: z.nullish(unitOf(epochMs)),
  netPnlUsd: z.nullish(double),
});

/** Whatever stands there halts the market; what of it cannot be read is said. */
export function readHalt(market: MarketId, raw: Item, where: string): Halt {
  const read = parsed(writtenHalt, raw, where);
  if (!read.ok)
    return { market, cause: 'unreadable', text: read.problem, at: undefined, netPnlUsd: undefined };
  const { cause, text = cause, at, netPnlUsd } = read.value;
  return { market, cause, text, at: at ?? undefined, netPnlUsd: netPnlUsd ?? undefined };
}
