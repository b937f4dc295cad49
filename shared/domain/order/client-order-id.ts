import type { Side } from './side.ts';

const VERSION = 'q2';

/**
 * Names an order of ours for ever: whose it is, and which one of those. The deployment tells ours
 * from those of another deployment on the same account; the symbol is the venue's own.
 */
export type ClientOrderId =
  | {
      readonly role: 'quote';
      readonly deployment: string;
      readonly symbol: string;
      readonly side: Side;
      readonly level: number;
      /** Fencing token of the lease it was sent under: the only fence there is in an id. */
      readonly fence: number;
      /** Counts the orders sent under that fence, so that no id is used twice. */
      readonly counter: number;
    }
  | {
      readonly role: 'hedge';
      readonly deployment: string;
      readonly symbol: string;
      /** The hedge intent it works off. */
      readonly intent: string;
      /** Counts the orders of that intent. */
      readonly attempt: number;
    };

/** What may name a deployment: a part of ids, tables' contents and metrics. */
export const isDeploymentName = (text: string): boolean => /^[a-z0-9-]{1,24}$/.test(text);

/** `q2.paper.quote.BTC-PERP.buy.0.1767571200.345` or `q2.paper.hedge.BTC-PERP.h1.2` */
export function formatClientOrderId(id: ClientOrderId): string {
  const head = [VERSION, id.deployment, id.role, encoded(id.symbol)];
  switch (id.role) {
    case 'quote':
      return [...head, id.side, id.level, id.fence, id.counter].join('.');
    case 'hedge':
      return [...head, encoded(id.intent), id.attempt].join('.');
  }
}

/** Undefined when the text is not one of ours, of any deployment. */
export function parseClientOrderId(text: string): ClientOrderId | undefined {
  const [version, deployment, role, writtenSymbol, ...rest] = text.split('.');
  const symbol = decoded(writtenSymbol);
  if (version !== VERSION || deployment === undefined || symbol === undefined) return undefined;
  if (!isDeploymentName(deployment)) return undefined;
  const whose = { deployment, symbol };
  if (role === 'quote') return quoteOf(whose, rest);
  return role === 'hedge' ? hedgeOf(whose, rest) : undefined;
}

/** Whether an order listed in that market is a quote of the deployment: no hedge, no other's. */
export const isQuoteOf =
  (deployment: string) =>
  (clientId: string | undefined, symbol: string): boolean => {
    const id = clientId === undefined ? undefined : parseClientOrderId(clientId);
    return id?.role === 'quote' && id.deployment === deployment && id.symbol === symbol;
  };

interface Whose {
  readonly deployment: string;
  readonly symbol: string;
}

function quoteOf(whose: Whose, parts: readonly string[]): ClientOrderId | undefined {
  const [side, ...numbers] = parts;
  const [level, fence, counter] = numbers.map(wholeNumber);
  if ((side !== 'buy' && side !== 'sell') || numbers.length !== 3) return undefined;
  if (level === undefined || fence === undefined || counter === undefined) return undefined;
  return { role: 'quote', ...whose, side, level, fence, counter };
}

function hedgeOf(whose: Whose, parts: readonly string[]): ClientOrderId | undefined {
  const [intent, attempt] = [decoded(parts[0]), wholeNumber(parts[1] ?? '')];
  if (parts.length !== 2 || intent === undefined || attempt === undefined) return undefined;
  return { role: 'hedge', ...whose, intent, attempt };
}

const wholeNumber = (text: string): number | undefined =>
  /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined;

/** A venue may list any text as a symbol; the dot separates the parts of an id. */
const encoded = (text: string): string => encodeURIComponent(text).replaceAll('.', '%2E');

/** Only what `encoded` writes: one order has one spelling. */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const plain = decodeURIComponent(text);
    return encoded(plain) === text ? plain : undefined;
  } catch {
    return undefined;
  }
}
