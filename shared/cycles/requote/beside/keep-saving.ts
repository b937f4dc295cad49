import type { MarketId } from '../../../domain/venue/market-id.ts';
import { sessionOf } from '../../../market/begin.ts';
import type { Session } from '../../../domain/trading/session.ts';
import type { SessionLoaded } from '../../../ports/stores/session-store.ts';
import { rememberBrain } from '../../../strategy/brain-memory.ts';
import type { Desk } from '../desk/desk.ts';
import type { FactWriter } from './fact-writer.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { GroupDeps } from '../group-deps.ts';
import { createMarkSaver } from './mark-saver.ts';
import { createSessionWriter, type Trying } from './session-writer.ts';
import type { Shift } from '../lease/shift.ts';
import { isWorthSaving } from './worth-saving.ts';

export interface Saver {
  /**
   * The save before the first send, in the place of what it began from. False when the stores do not
   * take it soon, or another group's is there by now: nothing may be sent.
   */
  first(before: SessionLoaded): Promise<boolean>;
  /** Saves again and again beside the trading, until it has ended. */
  keep(): void;
  /**
   * The last save. A hand-over leaves quotes that nobody looks after meanwhile: false when the
   * stores do not take the session within seconds, and nothing more is tried then.
   */
  settleUp(how: 'hand-over' | 'stop'): Promise<boolean>;
}

export interface Saving {
  readonly desk: Desk;
  readonly facts: FactWriter;
  /** The other quoted markets. */
  readonly peers: readonly MarketId[];
}

export function createSaver(deps: GroupDeps, shift: Shift, { desk, facts, peers }: Saving): Saver {
  const { clock, sessions } = deps;
  const { market } = desk;
  let brainAt = clock.now() + GROUP_BOUNDS.brainEveryMs;
  let givenUp = false;
  let last: Session | undefined;
  const until: Trying = { over: () => givenUp || shift.over(), lease: shift.lease };
  /** The last save is a newer one: what was begun beside the trading is not tried again. */
  const beside: Trying = { ...until, over: () => until.over() || desk.over() };

  const { later, written } = createSessionWriter(deps, shift, market);
  const marks = createMarkSaver(deps, desk, peers, written);

  /**
   * A copy whose facts are durable as it holds them. Where one was there already with other figures
   * the books have changed meanwhile: a copy made before that would keep the wrong ones for good. A
   * halt resets what the limits measure: that is saved only once the halt itself is.
   */
  async function copied(): Promise<Session | undefined> {
    for (;;) {
      const corrections = facts.corrected();
      const session = sessionOf(desk.state(), shift.group, later(), desk.rules);
      if (!(await desk.haltKept()) || !(await facts.durable(session.lastFact))) return undefined;
      if (facts.corrected() === corrections) return session;
    }
  }

  /** A copy of now. False when the market is not ours any more, or the time is up. */
  async function save(trying: Trying, over?: number): Promise<boolean> {
    const session = await copied();
    if (session === undefined || !(await written(trying, () => sessions.save(session, over))))
      return false;
    last = session;
    return true;
  }

  const isSaveDue = (): boolean =>
    last === undefined ||
    clock.now() - last.savedAt >= GROUP_BOUNDS.saveEveryMs ||
    isWorthSaving(last, desk.state(), clock.now());

  const saveBrain = (trying: Trying): Promise<boolean> =>
    written(trying, () =>
      sessions.saveBrain(market, shift.fence, rememberBrain(desk.state().brain), later()),
    );

  /** What can be learned anew: it keeps nobody waiting. */
  const saveRest = async (): Promise<boolean> => (await marks.save(until)) && saveBrain(until);

  async function keep(): Promise<void> {
    while (!desk.over()) {
      // What the limits measure from is kept at once: who dies before would count from a loss.
      const isMeasured = desk.state().books.equity !== undefined;
      await clock.sleep(isMeasured ? GROUP_BOUNDS.saveNewsMs : GROUP_BOUNDS.storeRetryMs);
      if (!isMeasured && desk.state().books.equity === undefined) continue;
      if (desk.over() || (isSaveDue() && !(await save(beside)))) return;
      if (clock.now() < brainAt) continue;
      brainAt = clock.now() + GROUP_BOUNDS.brainEveryMs;
      if (!(await saveBrain(beside))) return;
    }
  }

  /** What is not done by then is given up. */
  async function within(ms: number, saved: Promise<boolean>): Promise<boolean> {
    const late = clock.sleep(ms).then(() => undefined);
    const isSaved = (await Promise.race([saved, late])) === true;
    givenUp ||= !isSaved;
    return isSaved;
  }

  async function settleUp(how: 'hand-over' | 'stop'): Promise<boolean> {
    // A halt that is not durable is known to nobody else: whoever came next would trade.
    if (!(await desk.haltKept())) return false;
    const { handOverSaveMs, stopSaveMs } = GROUP_BOUNDS;
    const isKept = await within(how === 'stop' ? stopSaveMs : handOverSaveMs, save(until));
    if (isKept) await within(handOverSaveMs, saveRest());
    return isKept;
  }

  return {
    first: (before) => within(GROUP_BOUNDS.firstSaveMs, save(until, fenceOf(before, shift))),
    keep: () => void Promise.all([keep(), marks.keep(beside)]),
    settleUp,
  };
}

/** What cannot be read is replaced, whoever wrote it. */
function fenceOf(before: SessionLoaded, { fence }: Shift): number {
  if (before.kind === 'loaded') return before.session.fence;
  return before.kind === 'none' ? 0 : fence;
}
