import { type Command, Option } from 'commander';
import { BROKEN_NAMES } from '#shared/simulation/faults/broken-build.ts';
import { FAULT_KINDS } from '#shared/simulation/faults/fault-kind.ts';
import { LEAST_MINUTES } from '#shared/simulation/faults/chaos-times.ts';
import { list, wholeNumber } from '../option-parsing.ts';
import type { Terminal } from '../program.ts';

export interface ChaosFlags {
  readonly runs: number;
  readonly seed: number;
  readonly minutes: number;
  readonly only?: readonly string[];
  readonly broken?: string;
}

const MAX_SEED = 2 ** 31;

/** `quotemill chaos`: trades while everything around it fails, and checks what must hold. */
export function addChaosCommand(program: Command, terminal: Terminal): void {
  program
    .command('chaos')
    .description(
      'Trade while schedules, functions, tables, the bus and the venue fail, and check what must hold.',
    )
    .addOption(
      new Option('--runs <n>', 'stories, each with a seed of its own')
        .argParser(wholeNumber(1, 1_000_000))
        .default(20),
    )
    .addOption(
      new Option('--seed <n>', 'of the first; a story is the same for ever')
        .argParser(wholeNumber(0, MAX_SEED))
        .default(1),
    )
    .addOption(
      new Option('--minutes <n>', 'of market in each')
        .argParser(wholeNumber(LEAST_MINUTES, 24 * 60))
        .default(30),
    )
    .addOption(
      new Option(
        '--only <kinds>',
        `what may go wrong, by comma: ${FAULT_KINDS.join(', ')}`,
      ).argParser(list),
    )
    .addOption(
      new Option('--broken <what>', 'a deployment that lacks something, to see it noticed').choices(
        BROKEN_NAMES,
      ),
    )
    .action(async (flags: ChaosFlags) => {
      const { chaos } = await import('./chaos.ts');
      await chaos(flags, terminal);
    });
}
