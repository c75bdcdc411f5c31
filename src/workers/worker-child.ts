/** One worker as its primary sees it: what it says, what is asked of it, and how it ends. */

import type { Socket } from 'node:net';
import { AccessError } from '../errors.ts';
import type { PeerEnding, WorkerPeer } from '../host/worker-process.ts';
import type { Clock } from '../host.ts';
import type { EngineEvent } from '../model/events.ts';
import type { RequestRecord } from '../model/record.ts';
import type { SharedChannel } from '../store/shared-channel.ts';
import { WorkerLink } from './link.ts';
import { decodeFault, type StartFacts } from './messages.ts';
import { OpenRequests } from './open-requests.ts';

/** What the primary has for each of its workers. */
export interface WorkerDuties {
  readonly clock: Clock;
  readonly store: SharedChannel;
  /** Of the running primary: a worker of another one cannot work with it. */
  readonly version: string;
  readonly start: StartFacts;
  readonly onRecord: (record: RequestRecord) => void;
  readonly onEvent: (event: EngineEvent) => void;
  /** Passes a connection that this worker did not get any more. */
  readonly onLost: (connection: Socket) => void;
}

export class WorkerChild {
  readonly requests = new OpenRequests();
  readonly #peer: WorkerPeer;
  readonly #link: WorkerLink;
  readonly #duties: WorkerDuties;
  /** Resolves when it takes connections; rejects with its own error if it ends before. */
  readonly serving: Promise<void>;
  /** Resolves with how it ended. */
  readonly gone: Promise<PeerEnding>;
  /** Its code has failed: it takes no more, and will end. */
  onFaulty: () => void = () => undefined;
  #servingSince: number | undefined;

  constructor(peer: WorkerPeer, duties: WorkerDuties) {
    this.#peer = peer;
    this.#duties = duties;
    const { clock, onRecord, onEvent } = duties;
    const store = duties.store.join();
    const serving = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<PeerEnding>();
    this.serving = serving.promise;
    this.gone = gone.promise;
    serving.promise.catch(() => undefined); // told to whoever waits for it
    this.#link = new WorkerLink(peer, {
      told: {
        listening: () => {
          this.#servingSince = clock.monotonic();
          serving.resolve();
        },
        failed: (fault) => serving.reject(decodeFault(fault)),
        faulty: ({ text }) => {
          onEvent({ type: 'warning', code: 'local-fault', text: `a worker fails: ${text}` });
          this.onFaulty();
        },
        requests: (requests) => {
          this.requests.note(requests);
          for (const record of requests.ended) onRecord(record);
        },
        event: onEvent,
      },
      asked: {
        start: ({ version }) => this.#checkVersion(version),
        store: ({ name, parameters }) => store.ask(name, parameters),
      },
    });
    store.onChanged?.(() => this.#link.tell('healthChanged', {}));
    peer.onGone((ending) => {
      this.#link.end(new AccessError('closed', `the worker ended (${ending})`));
      void store.ask('close', []);
      for (const record of this.requests.cutOff(ending, clock.now())) onRecord(record);
      serving.reject(new AccessError('closed', `a worker ended before it served (${ending})`));
      gone.resolve(ending);
    });
  }

  get pid(): number | undefined {
    return this.#peer.pid;
  }

  /** How long it has served; undefined if it never did. */
  get servedMs(): number | undefined {
    return this.#servingSince && this.#duties.clock.monotonic() - this.#servingSince;
  }

  readonly pass = (connection: Socket): void => {
    this.#peer.pass(connection, this.#duties.onLost);
  };

  drain(): void {
    this.#link.tell('drain', {});
  }

  abort(): void {
    this.#link.tell('abort', {});
  }

  kill(): void {
    this.#peer.kill();
  }

  #checkVersion(version: string): StartFacts {
    const { version: own, start } = this.#duties;
    if (version === own) return start;
    throw new AccessError(
      'closed',
      `the program on disk is version ${version}, the running primary is ${own}`,
      { fix: 'restart the service' },
    );
  }
}
