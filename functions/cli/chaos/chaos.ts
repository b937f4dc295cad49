import { InputError } from '#shared/domain/failure.ts';
import { utcTime } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import { isBrokenBuild } from '#shared/simulation/faults/broken-build.ts';
import { FAULT_KINDS, type FaultKind, isFaultKind } from '#shared/simulation/faults/fault-kind.ts';
import { type ChaosRun, runChaos } from '#shared/simulation/faults/run-chaos.ts';
import { syntheticFeeds, VENUE_FEES } from '../exchange-feeds.ts';
import type { Terminal } from '../program.ts';
import type { ChaosFlags } from './chaos-command.ts';
import { chaosTable } from './chaos-table.ts';
import { createCountdown } from './countdown.ts';

const MARKETS = ['BTC-PERP', 'ETH-PERP'];
/** An hour and a half before a funding settlement. */
const STARTS_AT = epochMs(Date.UTC(2026, 0, 5, 6, 30));

/** Plays story after story; fails when a promise was broken in one. */
export async function chaos(flags: ChaosFlags, { print, printError }: Terminal): Promise<void> {
  const kinds = flags.only === undefined ? FAULT_KINDS : chosenKinds(flags.only);
  const runs: ChaosRun[] = [];
  const countdown = createCountdown(flags.runs, printError);
  for (let seed = flags.seed; seed < flags.seed + flags.runs; seed += 1) {
    const run = await story(flags, seed, kinds);
    runs.push(run);
    if (run.violations.length > 0) printError(storyLines(run, flags).join('\n'));
    countdown.done(runs.length);
  }
  print(chaosTable(runs));
  const broken = runs.filter(({ violations }) => violations.length > 0);
  if (broken.length > 0)
    throw new Error(
      `${broken.length} of ${runs.length} stories broke a promise: seeds ${broken.map(({ seed }) => seed).join(', ')}`,
    );
}

const story = (
  { minutes, broken }: ChaosFlags,
  seed: number,
  kinds: readonly FaultKind[],
): Promise<ChaosRun> =>
  runChaos({
    seed,
    minutes,
    kinds,
    feeds: syntheticFeeds(MARKETS, seed, STARTS_AT, VENUE_FEES),
    broken: broken !== undefined && isBrokenBuild(broken) ? broken : undefined,
  });

/** What broke, the faults of the last minutes before, and how to see it again. */
function storyLines({ seed, violations, faults }: ChaosRun, flags: ChaosFlags): readonly string[] {
  const [first] = violations;
  const before = faults
    .filter(({ at }) => first !== undefined && at <= first.at)
    .slice(-MOST_SHOWN);
  const only = flags.only === undefined ? '' : ` --only ${flags.only.join(',')}`;
  const broken = flags.broken === undefined ? '' : ` --broken ${flags.broken}`;
  return [
    `seed ${seed}:`,
    ...before.map(({ at, kind, where }) => `  ${utcTime(at).slice(11, 23)} ${kind} ${where}`),
    ...violations.map(
      ({ at, market, what }) => `  ${utcTime(at).slice(11, 23)} ${market}: ${what}`,
    ),
    `  again: npx quotemill chaos --runs 1 --seed ${seed} --minutes ${flags.minutes}${only}${broken}`,
  ];
}

const MOST_SHOWN = 20;

/** @throws InputError naming the kind that there is not. */
function chosenKinds(names: readonly string[]): readonly FaultKind[] {
  const unknown = names.find((name) => !isFaultKind(name));
  if (unknown !== undefined)
    throw new InputError(`--only names ${unknown}; allowed: ${FAULT_KINDS.join(', ')}`);
  return names.filter(isFaultKind);
}
