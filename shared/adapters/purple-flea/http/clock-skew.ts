/** What the dates of a venue's answers say about its clock. */
export interface ClockSkew {
  /** An answer to a request of `askedAt`, come at `heardAt`, carried this `Date` header. */
  dated(header: unknown, askedAt: number, heardAt: number): void;
  /** How far the venue's clock is ahead of ours at least, or behind; undefined before an answer. */
  ms(): number | undefined;
}

/** HTTP dates have their fraction cut off. */
const RESOLUTION_MS = 1000;

/** Clocks are set: what only older answers said is forgotten. */
const FORGET_MS = 60_000;

/**
 * An answer is dated at some moment of its round trip. What all of them agree on narrows it down;
 * the least of that is told, so that two clocks that may well be one are. An answer out of a cache
 * bears an older date, so one that says less than others proves nothing.
 */
export function createClockSkew(): ClockSkew {
  let known: { readonly least: number; readonly most: number; readonly at: number } | undefined;
  return {
    dated(header, askedAt, heardAt) {
      const date = typeof header === 'string' ? Date.parse(header) : Number.NaN;
      if (Number.isNaN(date)) return;
      const [least, most] = [date - heardAt, date + RESOLUTION_MS - askedAt];
      if (known === undefined || least > known.most || heardAt - known.at > FORGET_MS)
        known = { least, most, at: heardAt };
      else if (most >= known.least)
        known = {
          least: Math.max(least, known.least),
          most: Math.min(most, known.most),
          at: heardAt,
        };
    },
    ms: () => (known === undefined ? undefined : Math.max(known.least, Math.min(known.most, 0))),
  };
}
