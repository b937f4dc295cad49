import { Command, CommanderError } from 'commander';
import { InputError } from '#shared/domain/failure.ts';
import packageJson from '../../package.json' with { type: 'json' };

/** Where a command writes for people. */
export interface Terminal {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

export const processTerminal: Terminal = {
  print: (text) => console.log(text),
  printError: (text) => console.error(text),
};

/** The `quotemill` command without subcommands; each is added by a function of its own file. */
export function createProgram({ print, printError }: Terminal): Command {
  return new Command('quotemill')
    .description('A market maker for perpetual futures.')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => printError(text.trimEnd()),
      // Commander puts its suggestion on a line of its own.
      outputError: (text, write) => write(oneLine(text)),
    });
}

/**
 * Runs the command line. Exit codes: 0 done, 1 failed, 2 bad usage or bad input; what went wrong is
 * one line on stderr.
 */
export async function runProgram(
  program: Command,
  argv: readonly string[],
  { printError }: Terminal,
  debug: boolean,
): Promise<0 | 1 | 2> {
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    printError(`quotemill: ${oneLine(error instanceof Error ? error.message : String(error))}`);
    if (debug && error instanceof Error) printError(error.stack ?? 'no stack');
    return error instanceof InputError ? 2 : 1;
  }
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' ');
