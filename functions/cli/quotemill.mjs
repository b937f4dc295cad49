#!/usr/bin/env node
// The command as npm links it. From another folder the first Node on the path starts it, which may
// be too old to run TypeScript: then the one that the project is locked to runs it. So this file
// cannot be TypeScript itself, and rules that need its types know none.
/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call */
/* oxlint-disable typescript/no-unsafe-member-access, typescript/no-unsafe-return */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

if (process.features.typescript) await import(main);
else runLocked();

function runLocked() {
  const node = lockedNode();
  if (node === undefined) {
    console.error(
      `quotemill: Node ${process.version} cannot run it; allowed: run npm ci in ${fileURLToPath(new URL('../..', import.meta.url))} first, or Node 24`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends an interrupt to both; from elsewhere it comes to this process alone.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

function lockedNode() {
  try {
    const home = createRequire(import.meta.url).resolve('node/package.json');
    return join(home, '..', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}
