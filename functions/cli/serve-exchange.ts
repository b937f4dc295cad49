import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '#shared/domain/failure.ts';
import { HOUR_MS, utcTime } from '#shared/domain/time.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import { chosenSyntheticFeeds, chosenTapeFeeds } from './chosen-feeds.ts';
import type { ExchangeFlags } from './exchange-command.ts';
import { endOf, VENUE_FEES } from './exchange-feeds.ts';
import { exchangeIntroduction } from './exchange-introduction.ts';
import { createExchangeServer } from './exchange-server/create-exchange-server.ts';
import type { Terminal } from './program.ts';

/**
 * Before the first request of made-up markets, so that a volatility of the last hour is there from
 * the start.
 */
const HISTORY_MS = HOUR_MS;
const DEPOSIT_USD = 100_000;
const MAX_LEVERAGE = 10;
/** Guardrails, fills and funding happen in this rhythm even when nobody asks anything. */
const ADVANCE_EVERY_MS = 50;

async function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** Serves until it is interrupted, or until its tape turns out to be corrupt. */
export async function serveExchange(flags: ExchangeFlags, terminal: Terminal): Promise<void> {
  const { speed, fillModel, latencyMs, rateLimit: rateLimitPerMinute, port } = flags;
  const feeds = feedsOf(flags);
  const startsAt = epochMs(Math.min(...feeds.map((feed) => feed.startsAt)));
  const servedFrom = flags.synthetic === true ? startsAt + HISTORY_MS : startsAt;
  const exchange = stoppingAt(
    endOf(feeds),
    createExchange({
      feeds,
      fillModel,
      startsAt,
      depositUsd: DEPOSIT_USD,
      maxLeverage: MAX_LEVERAGE,
    }),
  );
  const sessions = createQuotingSessions(exchange);
  const failure = Promise.withResolvers<never>();
  const beganAt = performance.now();
  const now = (): EpochMs =>
    epochMs(Math.floor(servedFrom + (performance.now() - beganAt) * speed));
  const delay = async (): Promise<void> => (latencyMs === 0 ? undefined : sleep(latencyMs / speed));
  exchange.advanceTo(now());
  const server = await createExchangeServer({
    exchange,
    sessions,
    now,
    delay,
    rateLimitPerMinute,
    port,
    onError: failure.reject,
    onRequestError: (error) =>
      terminal.printError(
        `quotemill: a request failed: ${error instanceof Error ? error.message : String(error)}`,
      ),
  });
  let advancing: NodeJS.Timeout | undefined;
  try {
    terminal.print(
      exchangeIntroduction({
        url: server.url,
        exchange,
        feeds,
        source: sourceOf(flags),
        speed,
        fillModel,
        latencyMs,
        rateLimitPerMinute,
        depositUsd: DEPOSIT_USD,
      }),
    );
    advancing = advanceRegularly(exchange, now, endOf(feeds), terminal, failure.reject);
    await Promise.race([interrupted(), failure.promise]);
  } finally {
    clearInterval(advancing);
    await server.close();
  }
}

function feedsOf({
  tape,
  synthetic,
  markets,
  seed,
  fees = VENUE_FEES,
}: ExchangeFlags): readonly MarketFeed[] {
  if (tape !== undefined) return chosenTapeFeeds(tape, markets, fees);
  // Made-up markets are served from now on, so that at speed 1 their quotes are as fresh by the
  // machine's clock as by the exchange's.
  if (synthetic === true)
    return chosenSyntheticFeeds(markets, seed, epochMs(Date.now() - HISTORY_MS), fees);
  throw new InputError('exchange needs markets; allowed: --tape FILE, or --synthetic');
}

const sourceOf = ({ tape, seed }: ExchangeFlags): string =>
  tape === undefined ? `synthetic, seed ${seed}` : tape.join(', ');

/**
 * At the end of its tapes the exchange's time stands still: no funding is settled on a market that
 * nobody sees.
 */
const stoppingAt = (end: EpochMs | undefined, exchange: Exchange): Exchange =>
  end === undefined
    ? exchange
    : { ...exchange, advanceTo: (at) => exchange.advanceTo(epochMs(Math.min(at, end))) };

function advanceRegularly(
  exchange: Exchange,
  now: () => EpochMs,
  end: EpochMs | undefined,
  { print }: Terminal,
  fail: (error: unknown) => void,
): NodeJS.Timeout {
  let announced = false;
  return setInterval(() => {
    try {
      exchange.advanceTo(now());
      if (announced || exchange.now() !== end) return;
      announced = true;
      print(
        `The tape ended at ${utcTime(end)}: the markets are closed, accounts, trades and P&L can still be read. Ctrl-C to stop.`,
      );
    } catch (error) {
      fail(error);
    }
  }, ADVANCE_EVERY_MS);
}
