import { parseClientOrderId } from '../../../domain/order/client-order-id.ts';
import { describeFailure, wordsOf } from '../../../domain/failure.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { Session } from '../../../domain/trading/session.ts';
import type { AccountSnapshot } from '../../../domain/venue/venue-answers.ts';
import type { Control } from '../../../ports/stores/control-store.ts';
import type { GroupDeps, GroupRequest } from '../group-deps.ts';
import { otherGroup } from './other-group.ts';

/** Which markets could be traded now by this invocation, and why others could not. */
export async function readiness(
  deps: GroupDeps,
  { group, markets }: Pick<GroupRequest, 'group' | 'markets'>,
): Promise<{
  readonly ready: readonly MarketId[];
  readonly cannot: ReadonlyMap<MarketId, string>;
}> {
  const problems = await Promise.all(
    markets.map(async (market) => [market, await problemWith(deps, group, market)] as const),
  );
  const cannot = new Map<MarketId, string>();
  for (const [market, problem] of problems) if (problem !== undefined) cannot.set(market, problem);
  return { ready: markets.filter((market) => !cannot.has(market)), cannot };
}

async function problemWith(
  deps: GroupDeps,
  group: string,
  market: MarketId,
): Promise<string | undefined> {
  const { control, venue, sessions, hedges } = deps;
  try {
    const [controls, spec, funding, account, book, loaded] = await Promise.all([
      control.read([market]),
      venue.data.spec(market),
      venue.data.funding(market),
      venue.execution.account(market),
      venue.data.book(market),
      sessions.load(market),
      hedges.read(market),
    ]);
    if (!spec.ok) return describeFailure(spec.failure);
    if (!account.ok) return describeFailure(account.failure);
    const failed = [funding, book].find(({ ok }) => !ok);
    if (failed !== undefined && !failed.ok) return describeFailure(failed.failure);
    const session = loaded.kind === 'loaded' ? loaded.session : undefined;
    return (
      (await otherGroup(deps, group, market, loaded)) ??
      strangeAccount(account.value, session) ??
      (await forbidden(deps, market, controls.get(market), session, spec.value.simulated))
    );
  } catch (error) {
    return wordsOf(error);
  }
}

/**
 * The holder has orders that rest, and this key shows none of them: it may be another account's. A
 * holder that has just lost them all is asked again a minute later.
 */
function strangeAccount(
  { orders, complete }: AccountSnapshot,
  session: Session | undefined,
): string | undefined {
  const theirs = session?.orders.working.filter((one) => one.state === 'open') ?? [];
  if (theirs.length === 0 || !complete) return undefined;
  const seen = orders.some(({ clientId }) => theirs.some((one) => one.clientId === clientId));
  const ours = orders.some(({ clientId }) => roleOf(clientId) === 'quote');
  return seen || ours ? undefined : "none of the holder's orders rests in this key's account";
}

const roleOf = (clientId: string | undefined): string | undefined =>
  clientId === undefined ? undefined : parseClientOrderId(clientId)?.role;

/** What people wrote, if nothing may be traded by it. */
export async function forbidden(
  { parameters }: GroupDeps,
  market: MarketId,
  control: Control | undefined,
  session: Session | undefined,
  simulated: boolean,
): Promise<string | undefined> {
  if (control === undefined) return 'the parameters could not be read';
  if (control.halt !== undefined) return 'halted';
  const reading = control.parameters;
  if (reading.kind === 'refused') {
    if (reading.mode !== 'other') return 'mode is off or cannot be read';
    const last = session && (await parameters.recorded(market, session.parametersVersion));
    return last === undefined ? 'parameters refused' : undefined;
  }
  if (reading.values.mode === 'off') return 'mode is off';
  return reading.values.mode === 'paper' && !simulated ? 'mode is paper' : undefined;
}
