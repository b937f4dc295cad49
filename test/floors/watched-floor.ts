import { MARKET, openFloor, quietMarket, type TradingFloor } from '#test/floors/trading-floor.ts';

const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10, maxQuoteAgeMs: 600_000 };

/** A floor on which nothing moves and both sides are quoted. */
export const quietFloor = (
  seconds: number,
  more: Partial<Parameters<typeof openFloor>[0]> = {},
): TradingFloor => openFloor({ events: quietMarket(seconds), written: WRITTEN, ...more });

/** What the watchdog said of orders that it cancelled. */
export const takenAway = ({ logs }: Pick<TradingFloor, 'logs'>): TradingFloor['logs'] =>
  logs.filter(({ message }) => message === 'orders that nobody answers for are cancelled');

/** A store that does not answer. */
export const failing = (): Promise<never> => Promise.reject(new Error('the table does not answer'));

/** A halt as a person writes it with no more than why. */
export const HALTED_BY_HAND = {
  market: MARKET,
  cause: 'by hand',
  text: '',
  at: undefined,
  netPnlUsd: undefined,
} as const;
