/**
 * Builds the parts that outlive a request: health, records, sums, and their store. Built once, by
 * the composition root.
 */

import { KnownLimits } from '../access/memory/known-limits.ts';
import type { Engine } from '../access/request/engine.ts';
import { Ledger } from '../access/spending/ledger.ts';
import { UsageTally } from '../cost/usage-tally.ts';
import { Health } from '../credentials/health/health.ts';
import { AccountBindings } from '../credentials/pool/account-bindings.ts';
import { Affinity } from '../credentials/pool/affinity.ts';
import type { RequestBooks, RequestRecord } from '../model/record.ts';
import { Batches, createRecordBatches } from '../store/batches.ts';
import { createFaultReporter } from '../store/open.ts';
import { SeriesTally } from '../store/series-tally.ts';
import type { Store } from '../store/store.ts';

interface StateParts extends Pick<Engine, 'host' | 'emit' | 'redactor'> {
  readonly store: Store;
  readonly append: Store['appendRecords'];
  /** Limits the records that stay in memory. */
  readonly recordLimit: number;
  /** Gets the records in the place of the store, the sums and the series here. */
  readonly books: Pick<RequestBooks, 'end'> | undefined;
  /** Reads the store at start, before the first request needs it. */
  readonly isReadAtOnce: boolean;
  /** Undefined if this home is no member of a fleet. */
  readonly fleet: object | undefined;
}

export interface RuntimeState {
  readonly known: Pick<Engine, 'health' | 'bindings' | 'affinity' | 'limits' | 'ledger'>;
  keep(record: RequestRecord): void;
  readonly past: {
    /** Returns the latest records, newest last. */
    records(): readonly RequestRecord[];
    /** The store's history of finished requests, including those not yet written. */
    readonly history: Pick<Store, 'findRecords' | 'readUsage' | 'readSeries'>;
    /** Tells curves that a gateway is there. Returns a function that stops it. */
    notePresence(): () => void;
  };
  close(): Promise<void>;
}

export function createState({
  host,
  emit,
  redactor,
  store,
  append,
  recordLimit,
  books,
  isReadAtOnce,
  fleet,
}: StateParts): RuntimeState {
  const onFault = createFaultReporter(host, emit);
  const health = new Health(host, store, onFault);
  const { clock } = host;
  const sink = createRecordBatches({ clock, write: append, onFault });
  const usage = new UsageTally({
    clock,
    write: (rows) => store.addUsage(rows),
    onFault,
  });
  const series = new SeriesTally({ clock, write: (rows) => store.addSeries(rows), onFault });
  // It counts after the answer: nothing is added up on a request's path. A record that is soon let
  // go of dies young: a busy second of them had to be copied, and collected with the old ones.
  const ended = new Batches<RequestRecord>({
    clock,
    most: 100,
    write: async (all) => series.note(all),
    onFault,
  });
  const bindings = new AccountBindings(clock, store, onFault);
  const affinity = new Affinity({ clock, store, health, onFault });
  const redact = (text: string): string => redactor.redact(text);
  const limits = new KnownLimits({ clock, store, health, redact, onFault });
  const ledger = new Ledger({ clock, store, onFault, isInFleet: fleet !== undefined });
  const records: RequestRecord[] = [];
  if (isReadAtOnce) void health.load();
  return {
    known: { health, bindings, affinity, limits, ledger },
    keep: (record) => {
      if (books !== undefined) {
        books.end(record);
        return;
      }
      if (recordLimit > 0) records.push(record);
      if (records.length > 2 * recordLimit) records.splice(0, records.length - recordLimit);
      sink.add(record);
      usage.add(record);
      ended.add(record);
      emit({ type: 'finished', record });
    },
    past: {
      records: () => records.slice(-recordLimit),
      history: {
        findRecords: async (query) => {
          await sink.flush();
          return store.findRecords(query);
        },
        readUsage: async (query) => {
          await usage.flush();
          return store.readUsage(query);
        },
        readSeries: async (query) => {
          await ended.flush();
          await series.flush();
          return store.readSeries(query);
        },
      },
      notePresence: () => series.notePresence(),
    },
    close: async () => {
      await health.close();
      await sink.close();
      await usage.close();
      await ended.close();
      await series.close();
      await ledger.close();
      await bindings.close();
      await affinity.close();
      await limits.close();
      await store.close().catch(onFault);
    },
  };
}
