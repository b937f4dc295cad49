import type { Parameters } from './parameters.ts';

/** What is wrong with one attribute of a Parameters item. */
export interface ParameterProblem {
  readonly name: string;
  readonly value: unknown;
  readonly allowed: string;
  readonly near?: string;
}

/** What people wrote, merged (built-in < DEFAULT < market) and parsed strictly. */
export type ParameterReading =
  | { readonly kind: 'accepted'; readonly version: string; readonly values: Parameters }
  /** Nothing of it is used. */
  | {
      readonly kind: 'refused';
      readonly version: string;
      readonly problems: readonly ParameterProblem[];
      /** `off` and what cannot be read as a mode stop trading whatever else is wrong. */
      readonly mode: 'off' | 'unreadable' | 'other';
    };
