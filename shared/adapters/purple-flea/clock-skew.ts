/** What the dates of a venue's answers say about its clock. */
export interface ClockSkew {
  /** An answer to a request of `askedAt`, come at `heardAt`, carried this `Date` header. */
  dated(header: unknown, askedAt: number, heardAt: number): void;
  /** How far the venue's clock is ahead of ours by its latest answer; undefined before one. */
  ms(): number | undefined;
}

/** HTTP dates have their fraction cut off, which is half a second on average. */
const HALF_RESOLUTION_MS = 500;

/** The answer is taken to be dated in the middle of its round trip. */
export function createClockSkew(): ClockSkew {
  let skew: number | undefined;
  return {
    dated(header, askedAt, heardAt) {
      const date = typeof header === 'string' ? Date.parse(header) : Number.NaN;
      if (!Number.isNaN(date)) skew = date + HALF_RESOLUTION_MS - (askedAt + heardAt) / 2;
    },
    ms: () => skew,
  };
}
