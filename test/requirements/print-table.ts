import Table from 'cli-table3';
import { findProvingTests } from './proving-tests.ts';
import { ROWS } from './rows.ts';

const PROMISE_WIDTH = 36;
/** Row, count and borders. */
const REST_WIDTH = 22;

/** Every row with the tests that name it, file by file. */
function table(columns: number): string {
  const tests = findProvingTests();
  const out = new Table({
    head: ['row', 'promise', 'tests', 'named by'],
    colWidths: [6, PROMISE_WIDTH, 7, Math.max(60, columns - PROMISE_WIDTH - REST_WIDTH)],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const [row, promise] of Object.entries(ROWS)) {
    const proving = tests.filter(({ rows }) => rows.includes(row));
    const byFile = Object.entries(Object.groupBy(proving, ({ file }) => file));
    const lines = byFile.flatMap(([file, named = []]) => [
      `${file}:`,
      ...named.map(({ title }) => `- ${title}`),
    ]);
    out.push([row, promise, proving.length, lines.join('\n')]);
  }
  return out.toString();
}

console.log(table(process.stdout.isTTY ? process.stdout.columns : 160));
