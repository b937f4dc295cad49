import type { Side } from './side.ts';

const VERSION = 'q2';

/** Names an order of ours for ever, by what it is for. */
export type ClientOrderId =
  | {
      readonly role: 'quote';
      readonly deployment: string;
      readonly symbol: string;
      readonly side: Side;
      readonly level: number;
      /** Fencing token of the lease it was sent under. */
      readonly fence: number;
      /** Counts the orders sent under that fence, so that no id is used twice. */
      readonly counter: number;
    }
  | {
      readonly role: 'hedge';
      readonly deployment: string;
      readonly symbol: string;
      readonly intent: string;
      readonly attempt: number;
    };
export declare function formatClientOrderId(id: ClientOrderId): string;
export declare function parseClientOrderId(text: string): ClientOrderId | undefined;
