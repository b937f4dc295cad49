import { describe, expect, it } from 'vitest';
import { InputError, InvariantError } from '#shared/domain/failure.ts';
import { addExchangeCommand } from '../../../functions/cli/exchange-command.ts';
import { createProgram, runProgram, type Terminal } from '../../../functions/cli/program.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], failWith?: unknown, debug = false): Promise<Ran> {
  const written = { out: '', err: '' };
  const terminal: Terminal = {
    print: (text) => {
      written.out += `${text}\n`;
    },
    printError: (text) => {
      written.err += `${text}\n`;
    },
  };
  const program = createProgram(terminal);
  addExchangeCommand(program, terminal);
  program.command('fail').action(() => {
    throw failWith;
  });
  const code = await runProgram(program, ['node', 'quotemill', ...args], terminal, debug);
  return { code, ...written };
}

describe('bad usage is one line and exit code 2', () => {
  it.each([
    [['exchang'], "error: unknown command 'exchang' (Did you mean exchange?)"],
    [
      ['exchange', '--sinthetic'],
      "error: unknown option '--sinthetic' (Did you mean --synthetic?)",
    ],
    [
      ['exchange', '--synthetic', 'BTC'],
      "error: too many arguments for 'exchange'. Expected 0 arguments but got 1.",
    ],
    [['exchange'], 'quotemill: exchange needs markets; allowed: --tape FILE, or --synthetic'],
    [
      ['exchange', '--tape', 'a', '--synthetic'],
      "error: option '--tape <file,...>' cannot be used with option '--synthetic'",
    ],
    [
      ['exchange', '--tape', 'a', '--seed', '1'],
      "error: option '--seed <n>' cannot be used with option '--tape <file,...>'",
    ],
    [
      ['exchange', '--tape', 'nowhere.gz'],
      'quotemill: tape file nowhere.gz cannot be read: there is no such file',
    ],
    [
      ['exchange', '--synthetic', '--markets', 'XRP'],
      'quotemill: --markets: there is no market XRP; allowed: purple-flea/BTC-PERP, purple-flea/ETH-PERP, purple-flea/SOL-PERP',
    ],
    [
      ['exchange', '--synthetic', '--markets', 'BTC,BTC-PERP'],
      'quotemill: --markets names BTC-PERP twice; allowed: each market once',
    ],
    [
      ['exchange', '--synthetic', '--markets', 'btc'],
      'quotemill: --markets: there is no market btc (did you mean "BTC"?); allowed: purple-flea/BTC-PERP, purple-flea/ETH-PERP, purple-flea/SOL-PERP',
    ],
    [
      ['exchange', '--synthetic', '--markets', 'BTC,'],
      "error: option '--markets <names>' argument 'BTC,' is invalid. Allowed: one, or several different ones with commas between them.",
    ],
    [
      ['exchange', '--synthetic', '--seed', '-1'],
      "error: option '--seed <n>' argument '-1' is invalid. Allowed: a whole number from 0 to 4294967295.",
    ],
    [
      ['exchange', '--synthetic', '--speed', '0'],
      "error: option '--speed <x>' argument '0' is invalid. Allowed: a number from 0.01 to 1000.",
    ],
    [
      ['exchange', '--synthetic', '--speed', 'NaN'],
      "error: option '--speed <x>' argument 'NaN' is invalid. Allowed: a number from 0.01 to 1000.",
    ],
    [
      ['exchange', '--synthetic', '--port', '65536'],
      "error: option '--port <n>' argument '65536' is invalid. Allowed: a whole number from 0 to 65535.",
    ],
    [
      ['exchange', '--synthetic', '--port', '80.5'],
      "error: option '--port <n>' argument '80.5' is invalid. Allowed: a whole number from 0 to 65535.",
    ],
    [
      ['exchange', '--synthetic', '--fees', '1.5'],
      "error: option '--fees <maker,taker>' argument '1.5' is invalid. Allowed: maker,taker in bps from -100 to 100, a cost is positive: 1.5,4.5.",
    ],
    [
      ['exchange', '--synthetic', '--fees', '1.5,450'],
      "error: option '--fees <maker,taker>' argument '1.5,450' is invalid. Allowed: maker,taker in bps from -100 to 100, a cost is positive: 1.5,4.5.",
    ],
    [
      ['exchange', '--synthetic', '--latency-ms', 'fast'],
      "error: option '--latency-ms <n>' argument 'fast' is invalid. Allowed: a whole number from 0 to 60000.",
    ],
    [
      ['exchange', '--synthetic', '--fill-model', 'best'],
      "error: option '--fill-model <model>' argument 'best' is invalid. Allowed choices are queue, trade-through, touch.",
    ],
    [
      ['exchange', '--synthetic', '--rate-limit', '0'],
      "error: option '--rate-limit <n>' argument '0' is invalid. Allowed: a whole number from 1 to 1000000.",
    ],
    [['exchange', '--synthetic', '--port'], "error: option '--port <n>' argument missing"],
  ])('%j', async (args, line) => {
    expect(await run(args)).toEqual({ code: 2, out: '', err: `${line}\n` });
  });

  it('nothing to do shows the help', async () => {
    const { code, err } = await run([]);
    expect(code).toBe(2);
    expect(err).toContain('Usage: quotemill');
  });
});

describe('what a command fails with', () => {
  it.each([
    [new InputError('tape x, row 3: no price'), 2, 'quotemill: tape x, row 3: no price\n'],
    [new InvariantError('two\n  lines'), 1, 'quotemill: two lines\n'],
    [new Error('disk full'), 1, 'quotemill: disk full\n'],
    ['a text', 1, 'quotemill: a text\n'],
  ])('%s: exit code %i and one line', async (error, code, err) => {
    expect(await run(['fail'], error)).toEqual({ code, out: '', err });
  });

  it('shows the stack only when it is asked for', async () => {
    expect((await run(['fail'], new Error('disk full'), true)).err).toMatch(
      /^quotemill: disk full\nError: disk full\n {4}at /,
    );
  });
});

it.each([['--help'], ['exchange', '--help'], ['--version']])(
  '%s is no failure',
  async (...args) => {
    const { code, out, err } = await run(args);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toBe('');
  },
);
