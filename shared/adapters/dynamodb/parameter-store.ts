import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PARAMETERS } from '../../domain/parameters/parameters.ts';
import type { Log } from '../../ports/log.ts';
import type { ParameterStore } from '../../ports/stores/parameter-store.ts';
import { problemsOfEdit, versionOfItem } from '../../schema/parameters/parameter-edits.ts';
import {
  createParameterReader,
  itemsOf,
  type WrittenItem,
} from '../../schema/parameters/parameter-items.ts';
import { parseParameters } from '../../schema/parameters/parameters.ts';
import { encodeItem, type Item } from './items/item.ts';
import { auditOf, parameterAuditItem } from './parameter-audit.ts';
import { openStateTable, stateKey } from './table/state-table.ts';
import { openTable, type Table } from './table/table.ts';

export interface DynamoParameterStoreOptions {
  readonly client: DynamoDBDocumentClient;
  /** What people edit: key `market`. */
  readonly parametersTable: string;
  /** Where the audit is kept: the State table. */
  readonly stateTable: string;
  readonly log: Pick<Log, 'warn'>;
}

/** Parameters as people edit them, and the audit of every version seen. */
export function createDynamoParameterStore({
  client,
  parametersTable,
  stateTable,
  log,
}: DynamoParameterStoreOptions): ParameterStore {
  const written = openTable({ client, table: parametersTable }, 'Parameters');
  const state = openStateTable({ client, table: stateTable, log });
  const readParameters = createParameterReader();
  const itemAt = async (market: string): Promise<Item> =>
    (await written.get({ market })) ?? { market };

  return {
    async read(market) {
      const items = await Promise.all(
        itemsOf(market).map(async (key) => written.get({ market: key })),
      );
      const found = items.flatMap((item) =>
        item === undefined ? [] : [[String(item['market']), item] as const],
      );
      return readParameters(market, new Map(found)).reading;
    },

    async recorded(market, version) {
      const raw = await state.get(stateKey(market, `PARAMS#${version}`));
      const audit = raw === undefined ? undefined : state.readable(parameterAuditItem, raw);
      if (audit?.status !== 'accepted') return undefined;
      const set = Object.entries(audit.values).filter(([, value]) => value !== null);
      const parsed = parseParameters([Object.fromEntries(set)]);
      return parsed.kind === 'accepted' ? parsed.values : undefined;
    },

    async record(market, reading, at, changes) {
      const key = stateKey(market, `PARAMS#${reading.version}`);
      const audit = { ...auditOf(reading), firstSeenAt: at, changes };
      await state.putIf(key, encodeItem(parameterAuditItem, audit, state.where(key)), {
        when: 'attribute_not_exists(#item)',
      });
    },

    async history(market, most) {
      const items = await state.query(['market', market], {
        when: 'begins_with(#item, :prefix)',
        values: { ':prefix': 'PARAMS#' },
      });
      const audits = items.flatMap((raw) => {
        const audit = state.readable(parameterAuditItem, raw);
        if (audit === undefined) return [];
        const { firstSeenAt, changes } = audit;
        const version = String(raw['item']).slice('PARAMS#'.length);
        const problems = audit.status === 'refused' ? audit.problems : [];
        return [{ version, firstSeenAt, changes, problems }];
      });
      return audits.sort((a, b) => b.firstSeenAt - a.firstSeenAt).slice(0, most);
    },

    async written(target) {
      const { market: _key, ...attributes } = await itemAt(target);
      return { version: versionOfItem(attributes), attributes };
    },

    async write(target, edit, expected) {
      const { market: _key, ...before } = await itemAt(target);
      if (versionOfItem(before) !== expected) return { kind: 'changed-meanwhile' };
      const others = await written.scan({ when: 'attribute_exists(#market)' });
      const problems = problemsOfEdit(target, before, edit, others);
      if (problems.length > 0) return { kind: 'refused', problems };
      return (await merge(written, target, before, edit))
        ? { kind: 'written' }
        : { kind: 'changed-meanwhile' };
    },
  };
}

/**
 * Sets what the edit names, if every attribute is as it was and no parameter has come since: people
 * edit in the console, so there is no version to compare there.
 */
async function merge(
  table: Table,
  target: string,
  before: WrittenItem,
  edit: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const kept = Object.entries(before);
  const absent = [...new Set([...Object.keys(PARAMETERS), ...Object.keys(edit)])].filter(
    (name) => !Object.hasOwn(before, name),
  );
  const changed = Object.entries(edit);
  const set = changed.flatMap(([, value], index) => (value === undefined ? [] : [index]));
  const removed = changed.flatMap(([, value], index) => (value === undefined ? [index] : []));
  if (changed.length === 0) return true;
  const clause = (word: string, parts: readonly string[]): string =>
    parts.length === 0 ? '' : `${word} ${parts.join(', ')} `;
  const update =
    clause(
      'SET',
      set.map((index) => `#edit${index} = :edit${index}`),
    ) +
    clause(
      'REMOVE',
      removed.map((index) => `#edit${index}`),
    );
  const after = await table.updateIf({ market: target }, update.trim(), {
    when: [
      ...kept.map((_, index) => `#kept${index} = :kept${index}`),
      ...absent.map((_, index) => `attribute_not_exists(#absent${index})`),
    ].join(' AND '),
    names: numbered([
      ...kept.map(([name], index) => [`#kept${index}`, name] as const),
      ...absent.map((name, index) => [`#absent${index}`, name] as const),
      ...changed.map(([name], index) => [`#edit${index}`, name] as const),
    ]),
    values: numbered<unknown>([
      ...kept.map(([, value], index) => [`:kept${index}`, value] as const),
      ...set.map((index) => [`:edit${index}`, changed[index]?.[1]] as const),
    ]),
  });
  return after !== undefined;
}

const numbered = <T>(pairs: readonly (readonly [string, T])[]): Readonly<Record<string, T>> =>
  Object.fromEntries(pairs);
