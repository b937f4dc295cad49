import Table from 'cli-table3';
import { FAULT_KINDS, FAULTS } from '#shared/simulation/faults/fault-kind.ts';
import type { ChaosRun } from '#shared/simulation/faults/run-chaos.ts';

/** What went wrong how often, and what came of it. */
export function chaosTable(runs: readonly ChaosRun[]): string {
  const sum = (of: (run: ChaosRun) => number): number =>
    runs.reduce((total, run) => total + of(run), 0);
  const table = new Table({
    head: ['fault', 'times', 'what it is'],
    colAligns: ['left', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const kind of FAULT_KINDS)
    table.push([
      kind,
      count(sum(({ faults }) => faults.filter((fault) => fault.kind === kind).length)),
      FAULTS[kind],
    ]);
  const longest = Math.max(0, ...runs.map(({ longestUnownedMs }) => longestUnownedMs));
  return [
    table.toString(),
    `${count(runs.length)} stories, ${count(sum(({ faults }) => faults.length))} faults, ${count(sum(({ checks }) => checks))} checks, ` +
      `${count(sum(({ fills }) => fills))} fills, ${count(sum(({ hedges }) => hedges))} hedges`,
    `orders without an owner: ${(longest / 1000).toFixed(0)} s at the longest`,
    `promises broken: ${count(sum(({ violations }) => violations.length))}`,
  ].join('\n');
}

const count = (value: number): string => value.toLocaleString('en-US');
