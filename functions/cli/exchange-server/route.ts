import type * as z from 'zod';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { QuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import type { SimulatedMarket } from '#shared/simulator/exchange/simulated-market.ts';
import { inputProblem, unknownFields } from './fields.ts';
import { type Reply, refused } from './reply.ts';

export interface Trading {
  readonly exchange: Exchange;
  readonly sessions: QuotingSessions;
}

/**
 * Fields of the path, the query and the body in one; what is null in the body is taken as not
 * there.
 */
export type Input = Readonly<Record<string, unknown>>;

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without the prefix /api, under which every route is served as well. */
  readonly path: `/${string}`;
  /** Whose account a request is for; `public` routes ask for no key. */
  readonly access: 'public' | 'account';
  /** Synchronous: from the state it looks at to the state it leaves, nothing comes in between. */
  readonly answer: (input: Input, trading: Trading, accountKey: string) => Reply;
}

type Line = readonly [method: Route['method'], path: Route['path']];

/** The fields a request may have, and what they may say. */
type Fields<Shape extends z.core.$ZodShape> = z.ZodObject<Shape>;

export const publicRoute = <Shape extends z.core.$ZodShape>(
  [method, path]: Line,
  schema: Fields<Shape>,
  answer: (input: z.output<Fields<Shape>>, trading: Trading) => Reply,
): Route => ({
  method,
  path,
  access: 'public',
  answer: (input, trading) => withParsed(schema, input, (parsed) => answer(parsed, trading)),
});

export const accountRoute = <Shape extends z.core.$ZodShape>(
  [method, path]: Line,
  schema: Fields<Shape>,
  answer: (input: z.output<Fields<Shape>>, trading: Trading, accountKey: string) => Reply,
): Route => ({
  method,
  path,
  access: 'account',
  answer: (input, trading, accountKey) =>
    withParsed(schema, input, (parsed) => answer(parsed, trading, accountKey)),
});

/** A field nobody reads is refused: what was meant by it would be lost without a word. */
function withParsed<Shape extends z.core.$ZodShape>(
  schema: Fields<Shape>,
  input: Input,
  answer: (parsed: z.output<Fields<Shape>>) => Reply,
): Reply {
  const known = Object.keys(schema.shape);
  const unknown = Object.keys(input).filter((name) => !known.includes(name));
  if (unknown.length > 0) return refused(400, 'INVALID_REQUEST', unknownFields(unknown, known));
  const parsed = schema.safeParse(input);
  return parsed.success
    ? answer(parsed.data)
    : refused(400, 'INVALID_REQUEST', inputProblem(parsed.error, input));
}

/** The answer about a market, or 404 with the markets there are. */
export function inMarket(
  { exchange }: Trading,
  symbol: string,
  answer: (market: SimulatedMarket) => Reply,
): Reply {
  const market = exchange.market(symbol);
  if (market !== undefined) return answer(market);
  return refused(
    404,
    'MARKET_NOT_FOUND',
    `there is no market ${symbol.slice(0, 40)}; allowed: ${exchange.symbols().join(', ')}`,
  );
}

/** The markets asked for: one, or all where none is named. */
export function inMarkets(
  trading: Trading,
  symbol: string | undefined,
  answer: (markets: readonly SimulatedMarket[]) => Reply,
): Reply {
  if (symbol !== undefined) return inMarket(trading, symbol, (market) => answer([market]));
  const { exchange } = trading;
  return answer(exchange.symbols().flatMap((each) => exchange.market(each) ?? []));
}
