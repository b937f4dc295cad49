import { type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { createDynamoHedgeStore } from '#shared/adapters/dynamodb/hedge-store.ts';
import { createDynamoLeaseStore } from '#shared/adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '#shared/adapters/dynamodb/ledger.ts';
import { parameterAuditItem } from '#shared/adapters/dynamodb/parameter-audit.ts';
import { createDynamoSessionStore } from '#shared/adapters/dynamodb/session-store.ts';
import { createDynamoTiltStore } from '#shared/adapters/dynamodb/tilt-store.ts';
import type { HedgeRecord } from '#shared/domain/trading/hedge.ts';
import type { LedgerEntry } from '#shared/domain/books/ledger-entry.ts';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';
import { type MarketId, marketId } from '#shared/domain/venue/market-id.ts';
import type { Session } from '#shared/domain/trading/session.ts';
import type { FundingTilt } from '#shared/domain/trading/tilt.ts';
import { MINUTE_MS } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { Lease } from '#shared/ports/stores/lease-store.ts';
import type { StateOutputs } from './deploy.ts';

export type ParameterAudit = z.infer<typeof parameterAuditItem>;

/** What the deployment has on record, and the one thing a person writes there. */
export interface Records {
  /**
   * Replaces an item of the Parameters table, as a person does in the console; its key is a market,
   * or `DEFAULT` for all.
   */
  editParameters(key: string, attributes: Readonly<Record<string, unknown>>): Promise<void>;
  lease(market: MarketSymbol): Promise<Lease | undefined>;
  session(market: MarketSymbol): Promise<Session | undefined>;
  tilt(market: MarketSymbol): Promise<FundingTilt | undefined>;
  /** The last one. */
  hedge(market: MarketSymbol): Promise<HedgeRecord | undefined>;
  audits(market: MarketSymbol): Promise<readonly ParameterAudit[]>;
  /** Everything since the suite began, oldest first. */
  ledger(market: MarketSymbol): Promise<readonly LedgerEntry[]>;
  /** Ids of the fills in it. */
  bookedFills(market: MarketSymbol): Promise<readonly string[]>;
}

const idOf = (symbol: MarketSymbol): MarketId => marketId('purple-flea', symbol);

export function openRecords(client: DynamoDBDocumentClient, tables: StateOutputs): Records {
  const began = epochMs(Date.now() - MINUTE_MS);
  const state = {
    client,
    table: tables.StateTableName,
    log: { warn: (message: string) => process.emitWarning(message) },
  };
  const [leases, sessions, tilts, hedgeStore] = [
    createDynamoLeaseStore(state),
    createDynamoSessionStore(state),
    createDynamoTiltStore(state),
    createDynamoHedgeStore(state),
  ];
  const ledger = createDynamoLedger({ client, table: tables.LedgerTableName });
  const entries = async (market: MarketSymbol): Promise<readonly LedgerEntry[]> =>
    (await ledger.read(idOf(market), began, epochMs(Date.now() + MINUTE_MS))).map(
      ({ entry }) => entry,
    );

  const itemsOf = async (
    market: MarketSymbol,
    prefix: string,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const command = new QueryCommand({
      TableName: tables.StateTableName,
      KeyConditionExpression: '#market = :market AND begins_with(#item, :prefix)',
      ExpressionAttributeNames: { '#market': 'market', '#item': 'item' },
      ExpressionAttributeValues: { ':market': idOf(market), ':prefix': prefix },
      ConsistentRead: true,
    });
    return (await client.send(command)).Items ?? [];
  };

  return {
    async editParameters(key, attributes) {
      await client.send(
        new PutCommand({
          TableName: tables.ParametersTableName,
          Item: { market: key === 'DEFAULT' ? key : idOf(key), ...attributes },
        }),
      );
    },
    lease: async (market) => leases.read(idOf(market)),
    async session(market) {
      const loaded = await sessions.load(idOf(market));
      return loaded.kind === 'loaded' ? loaded.session : undefined;
    },
    tilt: async (market) => tilts.read(idOf(market)),
    hedge: async (market) => hedgeStore.read(idOf(market)),
    audits: async (market) => z.array(parameterAuditItem).parse(await itemsOf(market, 'PARAMS#')),
    ledger: entries,
    bookedFills: async (market) =>
      (await entries(market)).flatMap((entry) => (entry.kind === 'fill' ? [entry.fill.id] : [])),
  };
}
