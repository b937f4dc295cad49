import { type Command, Option } from 'commander';
import { moment, type Moment } from '../option-parsing.ts';
import type { Terminal } from '../program.ts';

export interface ExplainFlags {
  readonly tape: string;
  readonly at: Moment;
  readonly params?: string;
}

/**
 * `quotemill explain`: trades a recorded market as `start` does until a time, and prints how the
 * decision then in force came about.
 */
export function addExplainCommand(program: Command, terminal: Terminal): void {
  program
    .command('explain')
    .description(
      'Print the whole reasoning of one decision on a recorded market: what it saw, what each stage made of it, and why.',
    )
    .addOption(new Option('--tape <file>', 'recorded market').makeOptionMandatory())
    .addOption(
      new Option('--at <time>', 'UTC: 2025-09-04T20:00:00Z, 20:00:00 of the tape, or epoch ms')
        .argParser(moment)
        .makeOptionMandatory(),
    )
    .addOption(new Option('--params <file>', 'as of `start`; {} for the built-in defaults'))
    .action(async (flags: ExplainFlags) => {
      const { explain } = await import('./explain.ts');
      await explain(flags, terminal);
    });
}
