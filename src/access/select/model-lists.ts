/**
 * What each provider last listed as its models, in a file beside the state that all processes read.
 * Step 1 searches it for a model that config and catalogue do not know; refresh-model-lists.ts asks
 * and writes.
 */

import { z } from 'zod';
import { type FileContent, TrackedFile } from '../../config/files/tracked-file.ts';
import type { ResolvedProvider } from '../../config/resolved/resolved.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import type { Host } from '../../host.ts';
import type { Target } from '../../model/target.ts';
import { parseOrNothing } from '../../protocols/json/is-record.ts';
import { isOfVendor } from '../wording/words-fix.ts';

const fileSchema = z.object({
  schema: z.literal('holdfast.model-lists/1'),
  lists: z.array(
    z.object({
      provider: z.string(),
      origin: z.string(),
      at: z.number(),
      ids: z.array(z.string()),
    }),
  ),
});

interface List {
  readonly provider: string;
  readonly origin: string;
  readonly at: number;
  readonly ids: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

export class ModelLists {
  readonly #host: Host;
  readonly #path: string | undefined;
  readonly #file: TrackedFile<ReadonlyMap<string, List>> | undefined;
  /** Used instead of a file. */
  #inMemory: ReadonlyMap<string, List> = new Map();

  /** Without a path the lists stay in memory, and those of other processes are invisible. */
  constructor(host: Host, path: string | undefined) {
    this.#host = host;
    this.#path = path;
    if (path !== undefined)
      this.#file = new TrackedFile({ host, path, parse: parseFile, isSuspect: () => false });
  }

  /**
   * Replaces one provider's list; returns why it could not be stored, which is not the provider's
   * fault.
   */
  keep(target: Target, ids: readonly string[]): string | undefined {
    const { provider, origin } = target;
    const list: List = { provider, origin, at: this.#host.clock.now(), ids: new Set(ids) };
    const kept = new Map(this.#file?.reread() ?? this.#inMemory).set(provider, list);
    this.#inMemory = kept;
    if (this.#path === undefined) return undefined;
    const lists = [...kept.values()].map(({ ids, ...rest }) => ({ ...rest, ids: [...ids] }));
    const text = JSON.stringify({ schema: 'holdfast.model-lists/1', lists }, null, 1);
    try {
      this.#host.files.writeAtomic(this.#path, `${text}\n`);
      return undefined;
    } catch (error) {
      return `${this.#path} cannot be written: ${describeFileFault(error)}`;
    }
  }

  /** Costs one stat. Ignores a list from another origin than the provider's current one. */
  idsOf(provider: ResolvedProvider): ReadonlySet<string> {
    const list = (this.#file?.current() ?? this.#inMemory).get(provider.name);
    return list !== undefined && list.origin === provider.targetFor('any').origin ? list.ids : none;
  }

  /** What it is known to offer: the catalogue knows the vendor's own servers alone. */
  offeredBy(provider: ResolvedProvider): readonly string[] {
    const isKnown = isOfVendor(provider.targetFor('any').baseUrl);
    const known = isKnown ? provider.entry.models.map(({ id }) => id) : [];
    return [...known, ...this.idsOf(provider)];
  }
}

/** A damaged file counts as empty: the next refresh rewrites it. */
function parseFile(content: FileContent): ReadonlyMap<string, List> {
  const parsed = fileSchema.safeParse(
    content.state === 'text' ? parseOrNothing(content.text) : undefined,
  );
  return new Map(
    parsed.success
      ? parsed.data.lists.map((list) => [list.provider, { ...list, ids: new Set(list.ids) }])
      : [],
  );
}
