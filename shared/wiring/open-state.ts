import { createDocumentClient } from '../adapters/dynamodb/table/document-client.ts';
import { createDynamoLedger } from '../adapters/dynamodb/ledger.ts';
import { createDynamoSessionStore } from '../adapters/dynamodb/session-store.ts';
import type { Ledger } from '../ports/stores/ledger.ts';
import type { SessionStore } from '../ports/stores/session-store.ts';

/**
 * What a deployment has on record, for whoever reports on it. Region, endpoint and credentials come
 * from the environment.
 */
export function openState(tables: { readonly state: string; readonly ledger: string }): {
  readonly ledger: Ledger;
  readonly sessions: SessionStore;
} {
  const client = createDocumentClient();
  const log = { warn: (message: string) => process.emitWarning(message) };
  return {
    ledger: createDynamoLedger({ client, table: tables.ledger }),
    sessions: createDynamoSessionStore({ client, table: tables.state, log }),
  };
}
