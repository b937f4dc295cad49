import * as z from 'zod';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';
import { simulatedMarket } from '#shared/simulation/simulate.ts';
import type { DecisionTally, HaltSeen, ReasonCount } from './decision-tally.ts';
import type { CapturedLine } from '../local-cloud/console-capture.ts';
import type { Invocation } from '../local-cloud/lambda-runtime.ts';
import type { LocalCloud } from '../local-cloud/local-cloud.ts';
import type { RunResult } from '#shared/simulation/result.ts';

/** A market in which a run placed no quote at all. */
interface Unquoted {
  readonly market: MarketSymbol;
  readonly decisions: number;
  /** Of its decisions, the most frequent first. */
  readonly reasons: readonly ReasonCount[];
  /** How its function failed, why it stood aside, and why the venue took no order; each once. */
  readonly functionSaid: readonly string[];
}

/** What a person should know of a run besides its figures. */
export interface RunFindings {
  readonly halts: readonly HaltSeen[];
  readonly unquoted: readonly Unquoted[];
  /** Of the parameters: limits that can never act. */
  readonly notes: readonly string[];
}

export function runFindings(
  { markets }: RunResult,
  tally: DecisionTally,
  cloud: Pick<LocalCloud, 'functionNameOf' | 'invocations' | 'logs'> | undefined,
  notes: readonly string[],
): RunFindings {
  const unquoted = Object.entries(markets)
    .filter(([, { quotesPlaced }]) => quotesPlaced === 0)
    .map(([market]) => ({
      market,
      decisions: tally.decisions(market),
      reasons: tally.whyNothing(market),
      functionSaid: cloud === undefined ? [] : saidOf(cloud, market),
    }));
  return { halts: tally.halts(), unquoted, notes };
}

function saidOf(
  cloud: Pick<LocalCloud, 'functionNameOf' | 'invocations' | 'logs'>,
  market: MarketSymbol,
): readonly string[] {
  const name = cloud.functionNameOf(simulatedMarket(market));
  const all = [
    ...cloud.invocations().flatMap((each) => (each.functionName === name ? whyAside(each) : [])),
    ...cloud.logs().flatMap((each) => (each.source === name ? whyRefused(each) : [])),
  ];
  return [...new Set(all)].slice(0, MOST_SAID);
}

const MOST_SAID = 5;

function whyRefused({ line }: CapturedLine): readonly string[] {
  const { command, reason, detail } = line;
  return command === 'place' ? [`had an order refused: ${String(reason ?? detail)}`] : [];
}

/**
 * Of an invocation that decided nothing: one that stopped says why as one that never began does.
 */
function whyAside({ outcome }: Invocation): readonly string[] {
  if (outcome.kind === 'failed') return [`failed: ${outcome.error}`];
  const said = SAID.safeParse(outcome.value);
  if (!said.success) return [];
  return [`stood aside: ${'why' in said.data ? said.data.why : said.data.ended.why}`];
}

const SAID = z.union([
  z.object({ kind: z.literal('stood-aside'), why: z.string() }),
  z.object({
    kind: z.literal('ran'),
    decisions: z.literal(0),
    ended: z.object({ kind: z.literal('stopped'), why: z.string() }),
  }),
]);

/** `BTC-PERP placed no quote. 39 of 39 decisions: ...`: one line each, for people. */
export const findingLines = ({ halts, unquoted, notes }: RunFindings): readonly string[] => [
  ...halts.map(({ market, text }) => `${market} was halted: ${text}`),
  ...unquoted.flatMap(({ market, decisions, reasons, functionSaid }) => [
    `${market} placed no quote in ${decisions} decisions${reasons.length + functionSaid.length === 0 ? ', and none says why' : ':'}`,
    ...reasons.map(({ decisions: count, text }) => `  ${count} of ${decisions}  ${text}`),
    ...functionSaid.map((said) => `  its function ${said}`),
  ]),
  ...notes.map((note) => `Note: ${note}`),
];
