import type { MarketSymbol } from './market.ts';
import type { Side } from './side.ts';

const VERSION = 'q1';

/**
 * Names an order of ours for ever: which market, side and level, under which lease generation, and
 * which one of those.
 */
export interface ClientOrderId {
  readonly market: MarketSymbol;
  readonly side: Side;
  readonly level: number;
  /** Fencing token of the lease it was sent under. */
  readonly fence: number;
  /** Counts the orders sent under that fence, so that no id is used twice. */
  readonly counter: number;
}

/** `q1.BTC-PERP.buy.0.12.345` */
export const formatClientOrderId = (id: ClientOrderId): string =>
  [VERSION, id.market, id.side, id.level, id.fence, id.counter].join('.');

/** Undefined when the text is not one of ours. */
export function parseClientOrderId(text: string): ClientOrderId | undefined {
  const [version, market, side, level, fence, counter, ...rest] = text.split('.');
  if (version !== VERSION || rest.length > 0 || market === undefined || market === '')
    return undefined;
  if (side !== 'buy' && side !== 'sell') return undefined;
  const numbers = [level, fence, counter].map(wholeNumber);
  const [parsedLevel, parsedFence, parsedCounter] = numbers;
  if (parsedLevel === undefined || parsedFence === undefined || parsedCounter === undefined)
    return undefined;
  return { market, side, level: parsedLevel, fence: parsedFence, counter: parsedCounter };
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
