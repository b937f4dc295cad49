import * as z from 'zod';
import { answered } from './reply.ts';
import { publicRoute } from './route.ts';
import { isoTime } from './vendor-words.ts';

export const healthRoute = publicRoute(['GET', '/health'], z.object({}), (_, { exchange }) =>
  answered({
    status: 'ok',
    service: 'quotemill-exchange',
    simulated: true,
    timestamp: isoTime(exchange.now()),
    markets: exchange.symbols().map((symbol) => ({
      symbol,
      status: exchange.market(symbol)?.isOpen() === true ? 'active' : 'closed',
    })),
  }),
);
