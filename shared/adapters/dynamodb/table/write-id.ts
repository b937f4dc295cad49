import { randomUUID } from 'node:crypto';

/**
 * Names one write. When its answer is lost the SDK sends it again; by its name it then finds its
 * own work instead of taking it for somebody else's. A copy that arrives late changes nothing:
 * every later write has another name.
 */
export const newWriteId = (): string => randomUUID();

/** `condition`, or the item is as this very write left it. Needs `#writeId` and `:writeId`. */
export const orOwnWrite = (condition: string): string => `(${condition}) OR #writeId = :writeId`;
