import { netPnlUsd } from '../../../accounting/profit-and-loss.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { MarketMark } from '../../../domain/venue/market-mark.ts';
import { usd } from '../../../domain/units.ts';
import { TAIL_SETTINGS } from '../../../strategy/guardrails/tail-risk/tail-settings.ts';
import type { Desk } from '../desk/desk.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { GroupDeps } from '../group-deps.ts';
import type { SessionWriter, Trying } from './session-writer.ts';

export interface MarkSaver {
  /** False when the market is not ours any more, or the time is up. */
  save(trying: Trying): Promise<boolean>;
  /** Again and again beside the trading, until it has ended. */
  keep(trying: Trying): Promise<void>;
}

/** A market that was not seen since has the mark it had: it grows old for whoever reads it. */
export function createMarkSaver(
  { clock, sessions }: Pick<GroupDeps, 'clock' | 'sessions'>,
  desk: Desk,
  peers: readonly MarketId[],
  written: SessionWriter['written'],
): MarkSaver {
  const everyMs = markEveryMs(new Set([desk.market, ...peers]));
  let markedAt: number = desk.state().sight.mid?.at ?? 0;

  /** Of what was seen since the last. */
  function fresh(): MarketMark | undefined {
    const mark = markOf(desk);
    return mark === undefined || mark.at <= markedAt ? undefined : mark;
  }

  async function save(trying: Trying): Promise<boolean> {
    const mark = fresh();
    if (mark === undefined) return true;
    const isSaved = await written(trying, () => sessions.saveMark(mark));
    if (isSaved) markedAt = mark.at;
    return isSaved;
  }

  async function keep(trying: Trying): Promise<void> {
    while (!desk.over()) {
      const isNew = fresh() !== undefined;
      if (isNew && !(await save(trying))) return;
      await clock.sleep(isNew ? everyMs : GROUP_BOUNDS.storeRetryMs);
    }
  }

  return { save, keep };
}

/** Nobody compares the mids of fewer markets: then the mark is for whoever watches from outside. */
const markEveryMs = (markets: ReadonlySet<MarketId>): number =>
  markets.size < TAIL_SETTINGS.leastMarkets
    ? GROUP_BOUNDS.markEveryMs
    : GROUP_BOUNDS.comparedMarkEveryMs;

/** What others read of a market as it was last seen: small, and written beside the session. */
function markOf({ market, rules, state }: Desk): MarketMark | undefined {
  const { books, sight } = state();
  const { pnl, equity } = books;
  if (sight.mid === undefined) return undefined;
  const net = netPnlUsd(pnl);
  return {
    market,
    fence: rules.fence,
    ...sight.mid,
    position: pnl.position.size,
    netPnlUsd: net,
    peakUsd: usd(equity?.peakUsd ?? net),
    dayOpenUsd: usd(equity?.dayOpenUsd ?? net),
    limitsSince: equity?.firstAt ?? sight.mid.at,
    limitsFromUsd: usd(equity?.firstUsd ?? net),
  };
}
