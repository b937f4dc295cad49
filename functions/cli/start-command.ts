import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { InputError } from '#shared/domain/failure.ts';
import type { MarketSymbol } from '#shared/domain/market.ts';
import { MINUTE_MS, SECOND_MS } from '#shared/domain/time.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { checkedTapeFeeds, syntheticFeeds, VENUE_FEES } from './exchange-feeds.ts';
import { LATENCY_MS, runMarketMaking } from './local-cloud/market-making-run.ts';
import { parametersOrTextbook } from './local-cloud/textbook-parameters.ts';
import { list, marketList, numberBetween, wholeNumber } from './option-parsing.ts';
import type { Terminal } from './program.ts';
import { summaryTable } from './run-summary.ts';
import { createRunProgress } from './run-progress.ts';

interface StartFlags {
  readonly tape?: readonly string[];
  readonly minutes?: number;
  readonly speed?: number;
  readonly markets?: readonly MarketSymbol[];
  readonly params?: string;
  readonly seed: number;
  readonly json?: string;
  readonly port: number;
}

const MAX_SEED = 2 ** 32 - 1;
const MAX_MINUTES = 7 * 24 * 60;
const SYNTHETIC_MARKETS: readonly MarketSymbol[] = ['BTC-PERP', 'ETH-PERP'];
/**
 * A Monday, an hour and a half before a funding settlement, so that the check before it is in every
 * run of the default length.
 */
const SYNTHETIC_START: EpochMs = epochMs(Date.UTC(2026, 0, 5, 6, 30));
const SYNTHETIC_MINUTES = 130;
/**
 * The market is switched off this long before a tape ends, so that the last orders are cancelled in
 * a live market.
 */
const BEFORE_TAPE_ENDS_MS = 10 * SECOND_MS;

/** `quotemill start` (`npm start`): makes markets on this machine and says what came of it. */
export function addStartCommand(program: Command, terminal: Terminal): void {
  program
    .command('start')
    .description(
      'Make markets on this machine: the deployment, in simulated time, against a simulated exchange.',
    )
    .addOption(
      new Option(
        '--tape <file,...>',
        'recorded markets instead of made-up ones, one tape each',
      ).argParser(list),
    )
    .addOption(
      new Option(
        '--minutes <n>',
        `of market (default: ${SYNTHETIC_MINUTES}, or the whole tape)`,
      ).argParser(wholeNumber(1, MAX_MINUTES)),
    )
    .addOption(
      new Option('--speed <x>', 'times the wall clock (default: as fast as it goes)').argParser(
        numberBetween(0.1, 100_000),
      ),
    )
    .addOption(
      new Option(
        '--markets <names>',
        `BTC,ETH,SOL (default: ${SYNTHETIC_MARKETS.join(',')}, or all tapes)`,
      ).argParser(marketList),
    )
    .addOption(
      new Option(
        '--params <file>',
        'JSON: {"DEFAULT": {...}, "BTC-PERP": {...}}; {} for the built-in defaults',
      ),
    )
    .addOption(
      new Option('--seed <n>', 'of the made-up markets')
        .argParser(wholeNumber(0, MAX_SEED))
        .default(1)
        .conflicts('tape'),
    )
    .addOption(new Option('--json <file>', 'write the result there as well'))
    .addOption(
      new Option('--port <n>', 'of the exchange; 0 for any free one')
        .argParser(wholeNumber(0, 65_535))
        .default(0),
    )
    .action(async (flags: StartFlags) => start(flags, terminal));
}

async function start(flags: StartFlags, { print }: Terminal): Promise<void> {
  if (flags.json !== undefined) requireWritable(flags.json);
  const feeds =
    flags.tape === undefined
      ? syntheticFeeds(flags.markets ?? SYNTHETIC_MARKETS, flags.seed, SYNTHETIC_START, VENUE_FEES)
      : checkedTapeFeeds(flags.tape, flags.markets, VENUE_FEES);
  const startsAt = epochMs(Math.min(...feeds.map((feed) => feed.startsAt)));
  const stopAt = stopTime(feeds, startsAt, flags.minutes);
  const progress = createRunProgress(startsAt, stopAt);
  const result = await runMarketMaking({
    feeds,
    stopAt,
    parameters: parametersOrTextbook(flags.params, feeds),
    fillModel: 'queue',
    latencyMs: LATENCY_MS,
    port: flags.port,
    speed: flags.speed,
    onStart: ({ exchangeUrl, cloud }) =>
      progress.say(
        `exchange ${exchangeUrl}   DynamoDB ${cloud.tables.url} (table ${cloud.table('Parameters')})`,
      ),
    onTime: progress.at,
  }).finally(progress.stop);
  print(summaryTable(result));
  if (flags.json !== undefined) writeResult(flags.json, result);
  if (result.problems.length > 0)
    throw new Error(`the run is not sound: ${result.problems.join('; ')}`);
}

function stopTime(
  feeds: readonly MarketFeed[],
  startsAt: EpochMs,
  minutes: number | undefined,
): EpochMs {
  const ends = feeds.flatMap(({ endsAt }) =>
    endsAt === undefined ? [] : [endsAt - BEFORE_TAPE_ENDS_MS],
  );
  const wanted =
    startsAt +
    (minutes ?? (ends.length === 0 ? SYNTHETIC_MINUTES : Number.POSITIVE_INFINITY)) * MINUTE_MS;
  return epochMs(Math.max(startsAt, Math.min(wanted, ...ends)));
}

/** Found before the run, not after it. */
function requireWritable(path: string): void {
  try {
    if (existsSync(path)) accessSync(path, constants.W_OK);
    else accessSync(dirname(path), constants.W_OK);
    if (existsSync(path) && !statSync(path).isFile())
      throw Object.assign(new Error('not a file'), { code: 'not a file' });
  } catch (error) {
    throw notWritable(path, error);
  }
}

const notWritable = (path: string, error: unknown): InputError =>
  new InputError(
    `--json ${path}: cannot be written (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
  );

function writeResult(path: string, result: unknown): void {
  try {
    writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  } catch (error) {
    throw notWritable(path, error);
  }
}
