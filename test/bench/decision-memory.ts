/**
 * Whether millions of decisions in a row leave anything behind: `npm run bench:memory [--
 * MILLIONS]`.
 */
import { rememberBrain } from '#shared/strategy/brain-memory.ts';
import { deciding, everything } from './decisions.ts';
import { looks } from './looks.ts';

const MILLION = 1_000_000;
const MEGABYTE = 2 ** 20;
/** What a heap may differ by after a collection without anything having been kept. */
const NOISE_MEGABYTES = 1;

const millions = Number(process.argv[2] ?? 10);
if (!Number.isInteger(millions) || millions < 2)
  throw new Error('usage: npm run bench:memory [-- MILLIONS], at least 2');
const collect = globalThis.gc;
if (collect === undefined) throw new Error('needs node --expose-gc');

const decideNext = deciding(everything('glft'));
const views = looks(1);
const heaps: number[] = [];
console.log('decisions      heap MB   saved brain bytes');
for (let million = 1; million <= millions; million += 1) {
  let savedBytes = 0;
  for (let index = 0; index < MILLION; index += 1) {
    const { state } = decideNext(views.next().value);
    if (index === MILLION - 1) savedBytes = rememberBrain(state).json.length;
  }
  collect();
  const heap = process.memoryUsage().heapUsed / MEGABYTE;
  heaps.push(heap);
  console.log(
    `${String(million * MILLION).padStart(10)} ${heap.toFixed(2).padStart(11)} ${String(savedBytes).padStart(19)}`,
  );
}
const grown = (heaps.at(-1) ?? 0) - (heaps[0] ?? 0);
console.log(
  `grown since the first million: ${grown.toFixed(3)} MB: ${grown <= NOISE_MEGABYTES ? 'nothing is kept' : 'MEMORY IS KEPT'}`,
);
if (grown > NOISE_MEGABYTES) process.exitCode = 1;
