import { type Command, Option } from 'commander';
import { list, numberBetween, wholeNumber } from '../option-parsing.ts';
import type { Terminal } from '../program.ts';

export interface StartFlags {
  readonly tape?: readonly string[];
  readonly minutes?: number;
  readonly speed?: number;
  readonly markets?: readonly string[];
  readonly params?: string;
  readonly seed: number;
  readonly json?: string;
  readonly port: number;
}

const MAX_SEED = 2 ** 32 - 1;
const MAX_MINUTES = 7 * 24 * 60;

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
      new Option('--minutes <n>', 'of market (default: 130, or the whole tape)').argParser(
        wholeNumber(1, MAX_MINUTES),
      ),
    )
    .addOption(
      new Option('--speed <x>', 'times the wall clock (default: as fast as it goes)').argParser(
        numberBetween(0.1, 100_000),
      ),
    )
    .addOption(
      new Option(
        '--markets <names>',
        'BTC, BTC-PERP or purple-flea/BTC-PERP, by comma (default: BTC,ETH, or all tapes)',
      ).argParser(list),
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
    .addOption(
      new Option(
        '--json <file>',
        'write the result there as well; - for standard output, and nothing else on it',
      ),
    )
    .addOption(
      new Option('--port <n>', 'of the exchange; 0 for any free one')
        .argParser(wholeNumber(0, 65_535))
        .default(0),
    )
    .action(async (flags: StartFlags) => {
      const { start } = await import('./start.ts');
      await start(flags, terminal);
    });
}
