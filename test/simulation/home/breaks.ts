/**
 * Ways to break the engine through its seams, each of which the simulation must find: what is
 * broken, and the law that it breaks.
 */

import type { Files, Host } from '../../../src/host.ts';
import type { Mark } from '../../../src/model/failure.ts';
import type { ReplySink } from '../../../src/model/request.ts';
import { ReferenceStore } from '../../fakes/reference-store.ts';
import type { Seams } from './home.ts';
import type { Story } from './story.ts';

interface Break {
  /** Of these laws the first that is found. */
  readonly breaks: readonly string[];
  readonly seams: Seams;
  /** Stories in which it can show. Default: all. */
  readonly fits?: (story: Story) => boolean;
}

class Forgetful extends ReferenceStore {
  override async resetMarks(): Promise<readonly Mark[]> {
    const { marks } = await this.readHealth();
    for (const { key } of marks) await super.closeMarks([key], Number.POSITIVE_INFINITY);
    return marks;
  }
}

class TwoProbes extends ReferenceStore {
  override async claimProbes(): Promise<boolean> {
    return true;
  }
}

/** Looks whether there is room, and adds a little later. */
class LateLedger extends ReferenceStore {
  readonly #clock: Host['clock'];

  constructor(clock: Host['clock']) {
    super();
    this.#clock = clock;
  }

  override async addSpending(
    changes: Parameters<ReferenceStore['addSpending']>[0],
  ): ReturnType<ReferenceStore['addSpending']> {
    const before = await this.readSpending();
    const rows = changes.map(({ ahead, ...change }) => {
      const row = before.find(
        ({ budget, since }) => budget === change.budget && since === change.since,
      );
      const taken = ahead?.least;
      const hasRoom = (['usd', 'tokens', 'requests'] as const).every(
        (unit) =>
          (row?.[unit] ?? 0) + (taken?.[unit] ?? 0) <=
          (ahead?.limits[unit] ?? Number.POSITIVE_INFINITY),
      );
      return { change, taken: hasRoom ? taken : undefined };
    });
    await this.#clock.sleep(900);
    const sums = await super.addSpending(
      rows.map(({ change, taken }) => ({
        ...change,
        usd: change.usd + (taken?.usd ?? 0),
        tokens: change.tokens + (taken?.tokens ?? 0),
        requests: change.requests + (taken?.requests ?? 0),
      })),
    );
    return sums.map((sum, index) => ({ ...sum, taken: rows[index]?.taken }));
  }
}

/** Marks that last for ever. */
class Endless extends ReferenceStore {
  override async openMark(
    ...[mark, at]: Parameters<ReferenceStore['openMark']>
  ): ReturnType<ReferenceStore['openMark']> {
    const found = await super.openMark({ ...mark, until: mark.since + 1000 * 86_400_000 }, at);
    return found === undefined ? undefined : { ...mark, until: found.until };
  }
}

const files = (change: (files: Files) => Partial<Files>): Seams => ({
  host: (host) => ({ ...host, files: { ...host.files, ...change(host.files) } }),
});

const sending = (
  change: (...given: Parameters<Host['dispatch']>) => Parameters<Host['dispatch']>,
): Seams => ({
  host: (host) => ({ ...host, dispatch: (...given) => host.dispatch(...change(...given)) }),
});

const telling = (change: (sink: ReplySink) => Partial<ReplySink>): Seams => ({
  sink: (sink) => ({ ...sink, ...change(sink) }),
});

const replaced = (chunk: Uint8Array, from: RegExp, to: string): Buffer =>
  Buffer.from(Buffer.from(chunk).toString().replace(from, to));

/** The first file of a key that is read stays as it was. */
function rememberFirst(all: Files): Partial<Files> {
  const first = new Map<string, string>();
  return {
    readText: (path) => {
      const text = first.get(path) ?? all.readText(path);
      if (path.includes('/keys/')) first.set(path, text);
      return text;
    },
  };
}

export const breaks: Readonly<Record<string, Break>> = {
  'a store that forgets resets': { breaks: ['law 14'], seams: { store: () => new Forgetful() } },
  'a probe that several have': { breaks: ['law 7'], seams: { store: () => new TwoProbes() } },
  'a mark that lasts for ever': { breaks: ['law 7'], seams: { store: () => new Endless() } },
  'a ledger that looks and then adds': {
    breaks: ['budgets'],
    fits: ({ budgets, processes }) => budgets.length > 0 && processes > 1,
    seams: { store: (clock) => new LateLedger(clock) },
  },
  'a key that is read once': { breaks: ['law 4', 'law 7'], seams: files(rememberFirst) },
  'a key that goes to another origin': {
    breaks: ['law 12', 'law 10'],
    seams: sending((request, handler) => [
      { ...request, origin: request.origin.replace('//openai.', '//deepseek.') },
      handler,
    ]),
  },
  'a model that nobody named': {
    breaks: ['law 10'],
    seams: sending(({ body, ...request }, handler) => [
      { ...request, body: Buffer.from(String(body).replace('"m2"', '"m3"')) },
      handler,
    ]),
  },
  'a cut that is told as whole': {
    breaks: ['law 17', 'law 18'],
    seams: telling((sink) => ({
      write: (chunk) => sink.write(replaced(chunk, /data: \{"error".*\n\n/s, 'data: [DONE]\n\n')),
      end: (chunk) =>
        sink.end(chunk && replaced(chunk, /data: \{"error".*\n\n/s, 'data: [DONE]\n\n')),
    })),
  },
  'words that are told twice': {
    breaks: ['law 16'],
    seams: telling((sink) => ({
      write: (chunk) =>
        sink.write(chunk) && (!Buffer.from(chunk).includes('w5') || sink.write(chunk)),
    })),
  },
  'an answer that does not end': {
    breaks: ['law 11'],
    seams: telling((sink) => ({
      end: (chunk) => (Buffer.from(chunk ?? []).includes('"error"') ? undefined : sink.end(chunk)),
    })),
  },
  'a wait without an end': {
    breaks: ['law 11', 'law 7'],
    seams: {
      host: (host) => ({
        ...host,
        clock: {
          ...host.clock,
          startTimer: (ms, onFire) =>
            host.clock.startTimer(ms > 900 && ms < 5000 ? 1e12 : ms, onFire),
          sleep: (ms, signal) => host.clock.sleep(ms > 900 && ms < 5000 ? 1e12 : ms, signal),
        },
      }),
    },
  },
  'an error in another status': {
    breaks: ['law 11', 'law 18'],
    seams: telling((sink) => ({
      head: (status, headers) => sink.head(status === 429 ? 503 : status, headers),
    })),
  },
  'a fallback that is not asked': {
    breaks: ['law 9'],
    seams: files((all) => ({
      readText: (path) =>
        all.readText(path).replace(/"fallback_chain":\["[^\]]*\]/, '"fallback_chain":[]'),
    })),
  },
  'a secret in a record': {
    breaks: ['law 20'],
    seams: {
      record: (record) => ({
        ...record,
        notes: [...record.notes, ...record.attempts.map(() => 'sk-test-x')],
      }),
    },
  },
  'words of a question in a record': {
    breaks: ['law 2'],
    seams: {
      record: (record) => ({
        ...record,
        notes: [`nobody else may ever read plan ${record.id.slice(1)} of mine`],
      }),
    },
  },
  'a record that lacks an attempt': {
    breaks: ['law 18'],
    seams: { record: (record) => ({ ...record, attempts: record.attempts.slice(0, 1) }) },
  },
  'a record that is lost': {
    breaks: ['law 18'],
    seams: { record: (record) => (record.attempts.length > 2 ? undefined : record) },
  },
  'two targets at once': {
    breaks: ['law 13', 'law 18'],
    seams: {
      host: (host) => ({
        ...host,
        dispatch: (request, handler) => {
          const nobody = {
            onHead: () => undefined,
            onData: () => undefined,
            onEnd: () => undefined,
            onError: () => undefined,
          };
          host.dispatch(request, nobody);
          return host.dispatch(request, handler);
        },
      }),
    },
  },
  'a request that goes on for a caller who left': {
    breaks: ['law 13'],
    seams: {
      host: (host) => ({
        ...host,
        dispatch: (...given) => ({ ...host.dispatch(...given), abort: () => undefined }),
      }),
    },
  },
};
