import type { MarketEvent } from '../../../domain/trading/market-event.ts';
import type { MarketOutput } from '../../../domain/trading/market-output.ts';
import { type Approved, commandId } from '../../../domain/order/order.ts';
import { type EpochMs, epochMs } from '../../../domain/units.ts';
import type { CommandResult } from '../../../domain/venue/venue-answers.ts';
import type { Rules } from '../../../market/rules.ts';
import type { GroupDeps } from '../group-deps.ts';
import type { Shift } from '../lease/shift.ts';

type Send = Extract<MarketOutput, { kind: 'send' }>;

/** What of a send goes out now; what is withheld is answered for. */
interface Sorted {
  readonly go: readonly Approved[];
  /** Nothing of it leaves at or after that. */
  readonly expiresAt: EpochMs;
  readonly withheld: readonly CommandResult[];
}

/**
 * Sends quotes under a lease that outlives their arrival, on a picture that is not too old by now,
 * and cancels while the lease lasts: late, one still ends but its own order. Answers every command:
 * what is withheld as `not-sent`, what an adapter threw on as unknown.
 */
export function createSender(
  deps: Pick<GroupDeps, 'clock' | 'log' | 'venue'>,
  shift: Pick<Shift, 'lease' | 'covers'>,
  { market, abilities }: Rules,
  hear: (event: MarketEvent) => void,
): (output: Send) => Promise<void> {
  const { clock, log, venue } = deps;

  async function sent(
    commands: readonly Approved[],
    expiresAt: EpochMs,
  ): Promise<readonly CommandResult[]> {
    try {
      return await venue.execution.send(commands, expiresAt);
    } catch (error) {
      log.error('the venue adapter failed on a send', { market, problem: String(error) });
      return commands.map((command) => ({
        id: commandId(command),
        kind: command.kind,
        outcome: { kind: 'unknown', detail: String(error) },
      }));
    }
  }

  return async (output) => {
    const leaseEnds = shift.lease()?.expiresAt ?? epochMs(0);
    const quotesEnd = epochMs(Math.max(0, leaseEnds - abilities.arrivesWithinMs));
    const { go, expiresAt, withheld } = sorted(output, clock.now(), shift, {
      leaseEnds,
      quotesEnd,
    });
    const results = go.length === 0 ? [] : await sent(go, expiresAt);
    hear({ kind: 'sent', id: output.id, results: [...results, ...withheld] });
  };
}

function sorted(
  { commands, seenAt, maxAgeMs }: Send,
  now: EpochMs,
  shift: Pick<Shift, 'covers'>,
  { leaseEnds, quotesEnd }: { readonly leaseEnds: EpochMs; readonly quotesEnd: EpochMs },
): Sorted {
  if (now >= leaseEnds) {
    const withheld = commands.map((one) => notSent(one, 'the lease runs out'));
    return { go: [], expiresAt: leaseEnds, withheld };
  }
  const why = withholding(now - seenAt, maxAgeMs, shift.covers(now));
  const isCancels = why !== undefined || commands.every(({ kind }) => kind === 'cancel');
  const expiresAt = isCancels ? leaseEnds : quotesEnd;
  if (why === undefined) return { go: commands, expiresAt, withheld: [] };
  return {
    go: commands.filter(({ kind }) => kind === 'cancel'),
    expiresAt,
    withheld: commands
      .filter(({ kind }) => kind !== 'cancel')
      .map((command) => notSent(command, why)),
  };
}

/** Why quotes are not sent now: what was decided on an old picture, or may outlive the lease. */
function withholding(ageMs: number, maxAgeMs: number, covered: boolean): string | undefined {
  if (!covered) return 'the lease does not outlive it';
  return ageMs > maxAgeMs ? `the picture is ${ageMs} ms old` : undefined;
}

const notSent = (command: Approved, why: string): CommandResult => ({
  id: commandId(command),
  kind: command.kind,
  outcome: { kind: 'not-sent', why },
});
