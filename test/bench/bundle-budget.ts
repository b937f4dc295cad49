import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { bundleOptions } from '#infra/bundle/bundle-options.ts';
import { type HandlerName, handlers } from '#infra/bundle/handlers.ts';

/**
 * What a function may weigh: every byte is read and parsed at a cold start, before the first quote.
 * The brain is only in the one that quotes. Wanted are 400 kB; in the way are the SDK's core
 * (95 kB) and axios (85 kB), which only more stubs by path inside them would make smaller.
 */
const BUDGET_BYTES: Readonly<Record<HandlerName, number>> = {
  requote: 613_000,
  hedge: 475_000,
  'funding-check': 465_000,
  watchdog: 480_000,
};

/**
 * Until the module is there, the shortest of some loads, since a busy machine only ever adds: where
 * Node itself takes so long to start, and in proportion where it takes longer.
 */
const BUDGET_LOAD_MS = 150;
const NODE_STARTS_MS = 40;
const LOADS = 9;

/** Code that has no business in a function that trades. */
const FOREIGN = ['shared/simulator/', 'shared/simulation/', 'functions/cli/'];
const HEAVIEST_SHOWN = 5;

export interface Bundle {
  readonly handler: string;
  readonly bytes: number;
  /** Files of ours and packages, heaviest first. */
  readonly parts: readonly Part[];
  readonly foreign: readonly string[];
  /** Imported when the function loads, but neither in the bundle nor in Node. */
  readonly missing: readonly string[];
}

interface Part {
  readonly name: string;
  readonly bytes: number;
}

/** A handler bundled exactly as it is deployed, in memory. Undefined when there is no such file. */
export async function measure(handler: string, entry: string): Promise<Bundle | undefined> {
  const options = bundleOptions(entry);
  if (!existsSync(join(options.absWorkingDir, entry))) return undefined;
  const { metafile } = await build({
    ...options,
    outfile: 'index.mjs',
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  const atLoad = output.imports
    .filter(({ kind, path }) => kind === 'import-statement' && !isBuiltin(path))
    .map(({ path }) => path);
  return {
    handler,
    bytes: output.bytes,
    parts: partsOf(output.inputs),
    foreign: Object.keys(metafile.inputs).filter((input) =>
      FOREIGN.some((folder) => input.startsWith(folder)),
    ),
    missing: [...new Set(atLoad)],
  };
}

/** What is wrong with a bundle, one line each. */
export function problemsWith(
  { handler, bytes, parts, foreign, missing }: Bundle,
  budgetBytes: number,
): string[] {
  const heaviest = parts
    .slice(0, HEAVIEST_SHOWN)
    .map((part) => `${part.name} ${count(part.bytes)}`);
  return [
    ...(bytes > budgetBytes
      ? [
          `${handler}: ${count(bytes)} bytes, ${count(bytes - budgetBytes)} over the budget of ${count(budgetBytes)}; heaviest: ${heaviest.join(', ')}`,
        ]
      : []),
    ...(foreign.length > 0
      ? [`${handler}: contains ${foreign.join(', ')}, which is no code for a function that trades`]
      : []),
    ...(missing.length > 0
      ? [`${handler}: imports ${missing.join(', ')} when it loads, which the bundle leaves out`]
      : []),
  ];
}

const LOAD = `
  const before = performance.now();
  await import(process.argv[1]);
  console.log(performance.now() - before);
`;

/**
 * Milliseconds of the shortest load of each bundle, each time in a Node of its own, taken in turns.
 */
async function loadTimes(entries: readonly string[]): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'quotemill-load-'));
  try {
    const files = await Promise.all(
      entries.map(async (entry, index) => {
        const outfile = join(folder, `${index}.mjs`);
        await build({ ...bundleOptions(entry), outfile });
        return outfile;
      }),
    );
    const shortest = files.map(() => Number.POSITIVE_INFINITY);
    for (let load = 0; load < LOADS; load += 1)
      files.forEach((file, index) => {
        const args = ['--input-type=module', '--eval', LOAD, file];
        const tookMs = Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
        shortest[index] = Math.min(shortest[index] ?? tookMs, tookMs);
      });
    return shortest;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function partsOf(inputs: Metafile['outputs'][string]['inputs']): Part[] {
  const bytesOf = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? input;
    bytesOf.set(name, (bytesOf.get(name) ?? 0) + bytesInOutput);
  }
  return [...bytesOf].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}

const count = (bytes: number): string => bytes.toLocaleString('en-US');

/** The shortest start of a Node that loads nothing, in ms. */
function nodeStarts(): number {
  const starts = Array.from({ length: LOADS }, () => {
    const before = performance.now();
    execFileSync(process.execPath, ['--input-type=module', '--eval', '']);
    return performance.now() - before;
  });
  return Math.min(...starts);
}

/** Says how long each takes to load, and which takes too long. */
async function slowOnes(): Promise<readonly string[]> {
  const entries = Object.entries(handlers).filter(([, entry]) => existsSync(entry));
  const times = await loadTimes(entries.map(([, entry]) => entry));
  const startMs = nodeStarts();
  const allowedMs = BUDGET_LOAD_MS * Math.max(1, startMs / NODE_STARTS_MS);
  console.log(`${'node'.padEnd(16)}${`starts in ${startMs.toFixed(0)} ms`.padStart(24)}`);
  return entries.flatMap(([handler], index) => {
    const tookMs = times[index] ?? 0;
    console.log(`${handler.padEnd(16)}${`loads in ${tookMs.toFixed(0)} ms`.padStart(24)}`);
    return tookMs > allowedMs
      ? [`${handler}: loads in ${tookMs.toFixed(0)} ms; allowed: ${allowedMs.toFixed(0)}`]
      : [];
  });
}

async function main(): Promise<void> {
  const problems: string[] = [];
  console.log(
    `${'handler'.padEnd(16)}${'bytes'.padStart(12)}${'of budget'.padStart(12)}${'ours'.padStart(12)}`,
  );
  for (const [handler, budgetBytes] of Object.entries(BUDGET_BYTES)) {
    const entry = handlers[handler as HandlerName];
    const bundle = await measure(handler, entry);
    if (bundle === undefined) {
      problems.push(`${handler}: ${entry} does not exist, so nothing can be said about its bundle`);
      continue;
    }
    const ours = bundle.parts
      .filter(({ name }) => name.endsWith('.ts'))
      .reduce((sum, { bytes }) => sum + bytes, 0);
    const share = `${((bundle.bytes / budgetBytes) * 100).toFixed(0)} %`;
    console.log(
      `${handler.padEnd(16)}${count(bundle.bytes).padStart(12)}${share.padStart(12)}${count(ours).padStart(12)}`,
    );
    problems.push(...problemsWith(bundle, budgetBytes));
  }
  problems.push(...(await slowOnes()));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}

if (import.meta.main) await main();
