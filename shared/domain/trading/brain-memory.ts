/**
 * What the brain learned, as it is saved with the session: only the brain of the same version can
 * read it.
 */
export interface BrainMemory {
  readonly version: string;
  readonly json: string;
}
