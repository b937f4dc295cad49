import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { InputError } from '#shared/domain/failure.ts';
import type { Fees, MarketSymbol } from '#shared/domain/market.ts';
import { HOUR_MS, utcTime } from '#shared/domain/time.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { FILL_MODELS, type FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import { checkedTapeFeeds, endOf, syntheticFeeds, VENUE_FEES } from './exchange-feeds.ts';
import { exchangeIntroduction } from './exchange-introduction.ts';
import { createExchangeServer } from './exchange-server/create-exchange-server.ts';
import { feePair, list, marketList, numberBetween, wholeNumber } from './option-parsing.ts';
import type { Terminal } from './program.ts';

interface ExchangeFlags {
  readonly tape?: readonly string[];
  readonly synthetic?: true;
  readonly markets?: readonly MarketSymbol[];
  readonly seed: number;
  readonly speed: number;
  readonly port: number;
  readonly fees: Fees;
  readonly latencyMs: number;
  readonly fillModel: FillModel;
  readonly rateLimit: number;
}

const MAX_SEED = 2 ** 32 - 1;
const SYNTHETIC_MARKETS: readonly MarketSymbol[] = ['BTC-PERP', 'ETH-PERP'];
/**
 * Before the first request of made-up markets, so that a volatility of the last hour is there from
 * the start.
 */
const HISTORY_MS = HOUR_MS;
const DEPOSIT_USD = 100_000;
const MAX_LEVERAGE = 10;
/** Guardrails, fills and funding happen in this rhythm even when nobody asks anything. */
const ADVANCE_EVERY_MS = 50;

/**
 * `quotemill exchange`: serves a simulated exchange alone, in wall-clock time times speed, until it
 * is interrupted.
 */
export function addExchangeCommand(program: Command, terminal: Terminal): void {
  program
    .command('exchange')
    .description('Serve a simulated exchange over HTTP, for any client.')
    .addOption(
      new Option('--tape <file,...>', 'recorded markets, one tape each')
        .argParser(list)
        .conflicts('synthetic'),
    )
    .addOption(new Option('--synthetic', 'made-up markets'))
    .addOption(new Option('--markets <names>', 'which of them: BTC,ETH').argParser(marketList))
    .addOption(
      new Option('--seed <n>', 'of the made-up markets')
        .argParser(wholeNumber(0, MAX_SEED))
        .default(1)
        .conflicts('tape'),
    )
    .addOption(
      new Option('--speed <x>', 'how much faster than the wall clock')
        .argParser(numberBetween(0.01, 1000))
        .default(1),
    )
    .addOption(
      new Option('--port <n>', 'on 127.0.0.1; 0 for any free one')
        .argParser(wholeNumber(0, 65_535))
        .default(8787),
    )
    .addOption(
      new Option('--fees <maker,taker>', 'signed bps, a cost is positive')
        .argParser(feePair)
        .default(VENUE_FEES, '1.5,4.5'),
    )
    .addOption(
      new Option('--latency-ms <n>', 'each way, in exchange time')
        .argParser(wholeNumber(0, 60_000))
        .default(0),
    )
    .addOption(
      new Option('--fill-model <model>', 'how resting orders fill')
        .choices(FILL_MODELS)
        .default('queue'),
    )
    .addOption(
      new Option('--rate-limit <n>', 'requests a minute per key')
        .argParser(wholeNumber(1, 1_000_000))
        .default(1000),
    )
    .action(async (flags: ExchangeFlags) => serve(flags, terminal));
}

async function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

async function serve(flags: ExchangeFlags, terminal: Terminal): Promise<void> {
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
  });
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
  const advancing = advanceRegularly(exchange, now, endOf(feeds), terminal, failure.reject);
  try {
    await Promise.race([interrupted(), failure.promise]);
  } finally {
    clearInterval(advancing);
    await server.close();
  }
}

function feedsOf({ tape, synthetic, markets, seed, fees }: ExchangeFlags): readonly MarketFeed[] {
  if (tape !== undefined) return checkedTapeFeeds(tape, markets, fees);
  // Made-up markets are served from now on, so that at speed 1 their quotes are as fresh by the
  // machine's clock as by the exchange's.
  if (synthetic === true)
    return syntheticFeeds(
      markets ?? SYNTHETIC_MARKETS,
      seed,
      epochMs(Date.now() - HISTORY_MS),
      fees,
    );
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
