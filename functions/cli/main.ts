#!/usr/bin/env node
import { addChaosCommand } from './chaos/chaos-command.ts';
import { addExchangeCommand } from './exchange-command.ts';
import { addExplainCommand } from './explanation/explain-command.ts';
import { addStartCommand } from './start/start-command.ts';
import { createProgram, processTerminal, runProgram } from './program.ts';

const program = createProgram(processTerminal);
addStartCommand(program, processTerminal);
addExchangeCommand(program, processTerminal);
addExplainCommand(program, processTerminal);
addChaosCommand(program, processTerminal);

process.exitCode = await runProgram(
  program,
  process.argv,
  processTerminal,
  process.env['QUOTEMILL_DEBUG'] === '1',
);
