/** One worker as its primary sees it: what it says, what is asked of it, and how it ends. */

import type { Socket } from 'node:net';
import { AccessError, decodeFault } from '../errors.ts';
import type { LiveRequest } from '../explain/snapshot/snapshot.ts';
import type { RequestTally } from '../gateway/processes.ts';
import type { PeerEnding, WorkerPeer } from '../host/worker-process.ts';
import type { WorkerNews } from '../model/worker-news.ts';
import type { Runtime } from '../runtime.ts';
import type { SharedChannel } from '../store/shared-channel.ts';
import { WorkerLink } from './link.ts';
import { parseBatch, type StartFacts } from './messages.ts';
import { OpenRequests } from './open-requests.ts';
import { watchPulse } from './pulse.ts';
import { WorkerSlots } from './worker-slots.ts';

/** What a primary has for all its workers. */
export interface PrimarySide {
  readonly runtime: Pick<Runtime, 'host' | 'config' | 'emit' | 'keep' | 'shared'>;
  readonly store: SharedChannel;
  /** Counts callers' requests, for metrics. */
  readonly tally: RequestTally;
  /** Of the running primary: a worker of another version cannot work with it. */
  readonly version: string;
  /** It is made when the worker asks for it. */
  readonly start: () => StartFacts;
}

/** What is done for one worker. */
export interface WorkerDuties {
  /** Tells the others what this worker has learned. */
  readonly onNews: (news: WorkerNews, from: WorkerChild) => void;
  /** It takes connections (`isTaking`) from now on, or no more. */
  readonly onTaking: (child: WorkerChild) => void;
  /** Passes a connection that this worker did not get any more. */
  readonly onLost: (connection: Socket) => void;
}

export class WorkerChild {
  readonly requests = new OpenRequests();
  readonly #peer: WorkerPeer;
  readonly #link: WorkerLink;
  readonly #side: PrimarySide;
  readonly #duties: WorkerDuties;
  /** Resolves when it takes connections; rejects with its own error if it ends before. */
  readonly serving: Promise<void>;
  /** Resolves with how it ended. */
  readonly gone: Promise<PeerEnding>;
  /** Why it could not start. Undefined: it did, or it said nothing. */
  fault: Error | undefined;
  /** The program on disk is not of the version that runs. */
  isOtherVersion = false;
  #servingSince: number | undefined;
  #isLeaving = false;
  /** It answers late, or not at all. */
  #isSlow = false;
  /** It has been told what the others had learned, so it hears what they learn from then on. */
  #isInformed = false;
  /** Origins, each as often as a request of main is under way there. */
  readonly #mainTurns: string[] = [];

  constructor(peer: WorkerPeer, side: PrimarySide, duties: WorkerDuties) {
    this.#peer = peer;
    this.#side = side;
    this.#duties = duties;
    const { runtime } = side;
    const { clock } = runtime.host;
    const store = side.store.join();
    const slots = new WorkerSlots(runtime.shared.taskSlots);
    const serving = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<PeerEnding>();
    let stopWatching = (): void => undefined;
    this.serving = serving.promise;
    this.gone = gone.promise;
    serving.promise.catch(() => undefined); // told to whoever waits for it
    this.#link = new WorkerLink(peer, {
      start: (version) => this.#checkVersion(version),
      listening: () => {
        this.#servingSince = clock.monotonic();
        stopWatching = this.#watch();
        duties.onTaking(this);
        serving.resolve();
      },
      failed: (fault) => {
        this.fault = decodeFault(fault);
        serving.reject(this.fault);
      },
      leaving: (because) => {
        if (because !== undefined)
          runtime.emit({
            type: 'warning',
            code: 'local-fault',
            text: `a worker fails: ${because}`,
          });
        this.leave();
      },
      requests: (batch) => this.#noteRequests(batch),
      event: runtime.emit,
      news: (news) => {
        this.#noteMain(news);
        duties.onNews(news, this);
      },
      store: (name, parameters) => store.ask(name, parameters),
      slot: (wish) => slots.take(wish),
      slotOver: (id) => slots.end(id),
    });
    store.onChanged?.(() => this.#link.tell('healthChanged'));
    peer.onGone((ending) => {
      this.leave(); // first of all: what it did not get goes to the others now
      stopWatching();
      this.#link.end(new AccessError('closed', `the worker ended (${ending})`));
      void store.ask('close', []);
      slots.endAll();
      for (const origin of this.#mainTurns)
        duties.onNews({ kind: 'main', origin, isUnderWay: false }, this);
      for (const record of this.requests.cutOff(ending, clock.now())) {
        runtime.keep(record);
        side.tally.note(record);
      }
      serving.reject(new AccessError('closed', `a worker ended before it served (${ending})`));
      gone.resolve(ending);
    });
  }

  get pid(): number | undefined {
    return this.#peer.pid;
  }

  /** How long it has served; undefined if it never did. */
  get servedMs(): number | undefined {
    return this.#servingSince && this.#side.runtime.host.clock.monotonic() - this.#servingSince;
  }

  /** Connections may be passed to it. */
  get isTaking(): boolean {
    return this.#servingSince !== undefined && !this.#isLeaving && !this.#isSlow;
  }

  readonly pass = (connection: Socket): void => {
    this.#peer.pass(connection, this.#duties.onLost);
  };

  /** It takes no more connections: it will end, or has ended. */
  leave(): void {
    this.#isLeaving = true;
    this.#duties.onTaking(this);
  }

  /** It ends once its requests are answered; in this order, it loses no connection. */
  retire(): void {
    this.leave();
    this.tell('drain');
  }

  hear(news: WorkerNews): void {
    if (this.#isInformed) this.#link.tell('news', news);
  }

  live(): Promise<readonly LiveRequest[]> {
    return this.#link.ask('live');
  }

  tell(kind: 'reload' | 'unready' | 'drain' | 'abort'): void {
    this.#link.tell(kind);
  }

  kill(): void {
    this.#peer.kill();
  }

  /** One that is stuck is ended, so that another takes its place. */
  #watch(): () => void {
    const { host, emit } = this.#side.runtime;
    return watchPulse({
      clock: host.clock,
      ask: () => this.#link.ask('ping'),
      onChange: (isSlow) => {
        this.#isSlow = isSlow;
        this.#duties.onTaking(this);
      },
      onStuck: () => {
        const text = `a worker answers nothing any more (pid ${this.pid}); it is ended`;
        emit({ type: 'warning', code: 'worker-ended', text });
        this.kill();
      },
    });
  }

  #noteRequests(batch: string): void {
    const { runtime, tally } = this.#side;
    const { requests, refused } = parseBatch(batch);
    for (const told of requests) {
      this.requests.note(told);
      if (!('record' in told)) continue;
      runtime.keep(told.record);
      if (told.isCounted) tally.note(told.record);
    }
    for (const refusal of refused) tally.noteRefusal(refusal);
  }

  #noteMain(news: WorkerNews): void {
    if (news.kind !== 'main') return;
    if (news.isUnderWay) this.#mainTurns.push(news.origin);
    else this.#mainTurns.splice(this.#mainTurns.indexOf(news.origin), 1);
  }

  #checkVersion(version: string): StartFacts {
    const { version: own, start } = this.#side;
    this.#isInformed = true;
    if (version === own) return start();
    this.isOtherVersion = true;
    const text = `the program on disk is version ${version}, the running primary is ${own}`;
    throw new AccessError('closed', `${text}: restart the service`);
  }
}
