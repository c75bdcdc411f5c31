/** What has ended lately, for the admin API: begun when it is first asked for, with what the store knows of today. Until then it costs nothing. */

import type { Lately } from '../../explain/lately.ts';
import { readLately } from '../../explain/take-snapshot.ts';
import type { RequestRecord } from '../../model/record.ts';
import type { Runtime } from '../../runtime.ts';

export class CountedLately {
  readonly #runtime: Pick<Runtime, 'host' | 'history' | 'subscribe'>;
  #lately: Promise<Lately> | undefined;
  #stop: () => void = () => undefined;

  constructor(runtime: Pick<Runtime, 'host' | 'history' | 'subscribe'>) {
    this.#runtime = runtime;
  }

  read(): Promise<Lately> {
    this.#lately ??= this.#begin();
    return this.#lately;
  }

  close(): void {
    this.#stop();
  }

  /** What ends while the store is read counts once. */
  async #begin(): Promise<Lately> {
    const meanwhile: RequestRecord[] = [];
    let note = (record: RequestRecord): unknown => meanwhile.push(record);
    this.#stop = this.#runtime.subscribe((event) => {
      if (event.type === 'finished') note(event.record);
    });
    const { lately, ids } = await readLately(this.#runtime.host, this.#runtime.history);
    for (const record of meanwhile) if (!ids.has(record.id)) lately.note(record);
    note = (record) => lately.note(record);
    return lately;
  }
}
