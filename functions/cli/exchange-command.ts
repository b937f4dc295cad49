import { type Command, Option } from 'commander';
import type { Fees } from '#shared/domain/venue/market.ts';
import { FILL_MODELS, type FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import { feePair, list, numberBetween, wholeNumber } from './option-parsing.ts';
import type { Terminal } from './program.ts';

export interface ExchangeFlags {
  readonly tape?: readonly string[];
  readonly synthetic?: true;
  readonly markets?: readonly string[];
  readonly seed: number;
  readonly speed: number;
  readonly port: number;
  /** Undefined: the venue's. */
  readonly fees?: Fees;
  readonly latencyMs: number;
  readonly fillModel: FillModel;
  readonly rateLimit: number;
}

const MAX_SEED = 2 ** 32 - 1;

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
    .addOption(new Option('--markets <names>', 'which of them: BTC,ETH').argParser(list))
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
        .default(undefined, '1.5,4.5'),
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
    .action(async (flags: ExchangeFlags) => {
      const { serveExchange } = await import('./serve-exchange.ts');
      await serveExchange(flags, terminal);
    });
}
