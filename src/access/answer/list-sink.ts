/**
 * Holds back the answer to a list of files or batches until its request is over, and tells it
 * without the objects of other callers (step 6 of a request). Page by page: a page may come out
 * shorter than was asked for.
 */

import type { AccountBindings, AccountOwner } from '../../credentials/pool/account-bindings.ts';
import type { Redactor } from '../../credentials/redact/redact.ts';
import type { AccessRequest, Headers, ReplySink } from '../../model/request.ts';
import {
  isRecord,
  parseOrNothing,
  recordsIn,
  textsIn,
  type WireObject,
} from '../../protocols/json/is-record.ts';
import { isUnclaimed, listIds } from '../../protocols/passed/judge-passed.ts';
import { isPlainId, mayUse, sharedMaker } from '../select/makers.ts';

interface ListEngine {
  readonly bindings: AccountBindings;
  readonly redactor: Pick<Redactor, 'mentions'>;
}

interface HeldHead {
  readonly status: number;
  readonly headers: Headers;
}

export class ListSink implements ReplySink {
  readonly #sink: ReplySink;
  readonly #chunks: Uint8Array[] = [];
  #head: HeldHead | undefined;
  #owner: AccountOwner | undefined;
  #end: 'whole' | 'cut' | undefined;

  constructor(sink: ReplySink) {
    this.#sink = sink;
  }

  head(status: number, headers: Headers): void {
    this.#head = { status, headers };
  }

  write(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk);
    return true;
  }

  onDrain(resume: () => void): void {
    resume();
  }

  end(chunk?: Uint8Array): void {
    if (chunk !== undefined) this.#chunks.push(chunk);
    this.#end = 'whole';
  }

  cut(): void {
    this.#end = 'cut';
  }

  /** Takes whose list it is. */
  readonly noteOwner = (owner: AccountOwner): void => {
    this.#owner = owner;
  };

  /** Tells what this request may see, and remembers what is listed. An error is told as it is. */
  async tell(engine: ListEngine, request: Pick<AccessRequest, 'maker' | 'seesAll'>): Promise<void> {
    const head = this.#head;
    if (head === undefined || this.#end === undefined) return;
    const whole = Buffer.concat(this.#chunks);
    if (this.#end === 'cut') this.#tellCut(head, whole);
    else {
      const list = this.#owner && parseOrNothing(whole.toString('utf8'));
      const seen = isRecord(list) ? await this.#filter(list, engine, request) : undefined;
      const body = seen === undefined ? whole : Buffer.from(JSON.stringify(seen));
      const { status, headers } = head;
      this.#sink.head(status, { ...headers, 'content-length': String(body.length) });
      this.#sink.end(body);
    }
  }

  #tellCut({ status, headers }: HeldHead, part: Buffer): void {
    this.#sink.head(status, headers);
    this.#sink.write(part);
    if (this.#sink.cut === undefined) this.#sink.end();
    else this.#sink.cut();
  }

  /** Undefined: nothing is left out. */
  async #filter(
    list: WireObject,
    { bindings, redactor }: ListEngine,
    request: Pick<AccessRequest, 'maker' | 'seesAll'>,
  ): Promise<WireObject | undefined> {
    const objects = recordsIn(list['data']);
    const owners = await bindings.ownersOf(objects.flatMap(({ id }) => textsIn(id)));
    const seen = objects.filter((object) => {
      const [id = ''] = textsIn(object['id']);
      const known = owners.get(id);
      const isHidden = known === undefined && isUnclaimed(object);
      // What comes with a batch belongs to whom that belongs to.
      const owner = known ?? this.#owner;
      if (owner !== undefined && !isHidden) {
        const names = listIds(object).filter((name) => isPlainId(name, redactor));
        bindings.remember(names, { ...owner, isLasting: true });
      }
      return mayUse(request, isHidden ? sharedMaker : known?.maker);
    });
    return seen.length === objects.length ? undefined : { ...list, data: seen };
  }
}
