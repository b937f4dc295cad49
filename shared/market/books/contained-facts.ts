import type { StoredFact } from '../../domain/books/ledger-entry.ts';
import type { ContainedFacts, FactRange } from '../../domain/trading/session.ts';

export const NO_FACTS: ContainedFacts = { allBefore: { fence: 0, number: 0 }, ranges: [] };

type Numbered = Pick<StoredFact, 'fence' | 'number'>;

/**
 * Whether totals contain a fact: its number alone does not tell, an earlier holder's may come late.
 */
export const isContained = (
  { allBefore, ranges }: ContainedFacts,
  { fence, number }: Numbered,
): boolean =>
  fence < allBefore.fence ||
  (fence === allBefore.fence && number < allBefore.number) ||
  ranges.some((one) => one.fence === fence && one.first <= number && number <= one.last);

/** With one more; those of the oldest holders are no longer told apart. */
export function withFact(contained: ContainedFacts, fact: Numbered): ContainedFacts {
  if (isContained(contained, fact)) return contained;
  const added = { fence: fact.fence, first: fact.number, last: fact.number };
  const all = [...contained.ranges, added]
    .sort((a, b) => a.fence - b.fence || a.first - b.first)
    .reduce(joined, []);
  const ranges = all.slice(-MOST_RANGES);
  const [oldest] = ranges;
  return all.length === ranges.length || oldest === undefined
    ? { ...contained, ranges }
    : { allBefore: { fence: oldest.fence, number: oldest.first }, ranges };
}

/** Oldest first, so that only what is oldest of all is not told apart. */
export const withFacts = (contained: ContainedFacts, facts: readonly Numbered[]): ContainedFacts =>
  facts
    .toSorted((a, b) => a.fence - b.fence || a.number - b.number)
    .reduce((all, fact) => withFact(all, fact), contained);

function joined(ranges: readonly FactRange[], next: FactRange): readonly FactRange[] {
  const last = ranges.at(-1);
  return last?.fence === next.fence && last.last + 1 === next.first
    ? [...ranges.slice(0, -1), { ...last, last: next.last }]
    : [...ranges, next];
}

/**
 * A write that was given up arrives within seconds; so many holders with facts are minutes at
 * least.
 */
const MOST_RANGES = 8;
