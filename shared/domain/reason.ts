/** Why a decision is what it is, in the words that logs, dashboard and tests share. */
export interface Reason {
  /** Stable, for metrics and tests. */
  readonly code: string;
  /** For people, with the figures. */
  readonly text: string;
}

export const reason = (code: string, text: string): Reason => ({ code, text });
