import type { DomainEvent } from '../domain/domain-event.ts';

/** Delivery is at least once and unordered: whoever listens re-reads the facts. */
export interface EventBus {
  /** @throws when the bus did not take it. */
  put(event: DomainEvent): Promise<void>;
}
