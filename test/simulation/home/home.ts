/**
 * One home of a story: its files, its network, its store, and its processes, which are started,
 * killed and asked as the steps say. All that callers got and processes wrote down is kept here.
 */

import type { Host } from '../../../src/host.ts';
import type { EngineEvent } from '../../../src/model/events.ts';
import type { RequestRecord } from '../../../src/model/record.ts';
import type { ReplySink } from '../../../src/model/request.ts';
import type { SpendingLimit } from '../../../src/model/spending.ts';
import { createRuntime, type Runtime } from '../../../src/runtime.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { createFakeHost, type FakeHost } from '../../fakes/fake-host.ts';
import { ReferenceStore } from '../../fakes/reference-store.ts';
import type { DrawnRoutes } from '../scenario.ts';
import { startAt } from '../stage.ts';
import { writeConfig } from './home-config.ts';
import { homeFolder, KeyRing } from './keys.ts';
import { Network } from './network.ts';
import { type Life, StoreWatch, viewStore } from './shared-store.ts';
import type { Step, Story } from './story.ts';
import { type Asking, openTold, question, type Told } from './told.ts';

/** Where a test may break the engine: each seam passes on what it is given. */
export interface Seams {
  readonly store?: (clock: Host['clock']) => Store;
  readonly host?: (host: Host) => Host;
  readonly sink?: (sink: ReplySink) => ReplySink;
  readonly record?: (record: RequestRecord) => RequestRecord | undefined;
}

interface Running extends Life {
  readonly runtime: Runtime;
}

export class Home {
  readonly story: Story;
  readonly host: FakeHost;
  readonly keys: KeyRing;
  readonly network: Network;
  readonly watch: StoreWatch;
  readonly told: Told[] = [];
  /** By the number of the request. */
  readonly toldOf = new Map<number, Told>();
  readonly events: { readonly life: Life; readonly event: EngineEvent }[] = [];
  readonly #store: Store;
  readonly #seams: Seams;
  readonly #running: (Running | undefined)[];
  #lives = 0;
  #routes: DrawnRoutes | undefined;
  #budgets: Story['budgets'];
  #configuredAt = -10_000;
  #isBroken = false;

  constructor(story: Story, seams: Seams = {}) {
    this.story = story;
    this.#seams = seams;
    this.host = createFakeHost({
      now: startAt,
      random: story.randomness,
      environment: { HOLDFAST_HOME: homeFolder },
    });
    this.keys = new KeyRing(this.host, story);
    this.watch = new StoreWatch(this.host.clock);
    this.#store = seams.store?.(this.host.clock) ?? this.#openStore();
    this.#budgets = story.budgets;
    this.network = new Network({ host: this.host, keys: this.keys, startAt });
    this.configure(0);
    this.#running = Array.from({ length: story.processes }, () => this.#start());
  }

  /** Ms since the start. */
  now(): number {
    return this.host.clock.monotonic() - startAt;
  }

  get budgets(): Story['budgets'] {
    return this.#budgets;
  }

  async carryOut(step: Step): Promise<void> {
    // Those who ask at one moment ask together.
    if (step.at > this.now()) await this.host.advance(step.at - this.now());
    switch (step.do) {
      case 'ask':
        this.ask(step);
        break;
      case 'break':
        this.network.phases.push(step.phase);
        break;
      case 'key':
        this.keys.change(step);
        if (this.keys.sourceOf(step) === 'config') this.configure(undefined);
        break;
      case 'kill':
        this.#kill(step);
        break;
      case 'restart':
        await this.#restart(step);
        break;
      case 'configure':
        this.configure(step.isBroken ? undefined : step.variant, step.isBroken);
        break;
      case 'jump':
        this.host.jump(step.ms);
        break;
      case 'reset':
        await this.#atOnce(
          this.#running[step.process]?.runtime.keys.reset({
            signal: new AbortController().signal,
          }) ?? Promise.resolve(),
        );
        break;
    }
  }

  /** Everything is well from now on, and no budget limits it. */
  heal(): void {
    this.network.heal();
    this.keys.heal();
    this.#budgets = [];
    this.configure(undefined);
    for (const [slot, running] of this.#running.entries())
      this.#running[slot] = running ?? this.#start();
  }

  /** Undefined if no process runs. */
  ask(asking: Asking): Told | undefined {
    const life =
      this.#running.find((one, slot) => slot >= asking.process && one !== undefined) ??
      this.#running.find((one) => one !== undefined);
    if (life === undefined) return undefined;
    const isSettled = this.now() - this.#configuredAt > 1000;
    const told = openTold(asking, life, isSettled ? this.#routes : undefined, this.now());
    this.told.push(told);
    this.toldOf.set(asking.number, told);
    const caller = new AbortController();
    if (asking.goneAfterMs !== undefined)
      life.clock.startTimer(asking.goneAfterMs, () => {
        if (told.ends > 0) return;
        told.leftAt = this.now();
        caller.abort();
      });
    const sink = this.#sinkOf(told, life);
    void life.runtime.exchange(
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: {
          'user-agent': asking.caller,
          ...(asking.limitS === undefined ? {} : { 'x-stainless-timeout': String(asking.limitS) }),
        },
        body: Buffer.from(
          JSON.stringify({
            model: asking.model,
            stream: asking.stream,
            max_tokens: 40,
            messages: [{ role: 'user', content: question(asking.number) }],
          }),
        ),
        signal: caller.signal,
        caller: asking.caller,
        budgets: this.#budgetsOf(asking.caller),
        requestId: `r${asking.number}`,
      },
      this.#seams.sink?.(sink) ?? sink,
    );
    return told;
  }

  /** Everything that the store keeps, as text. */
  async readStore(): Promise<string> {
    return JSON.stringify([
      await this.#store.readHealth(),
      await this.#store.findRecords({ limit: 5000 }),
      await this.#store.readSpending(),
    ]);
  }

  runtime(): Runtime | undefined {
    return this.#running.find((one) => one !== undefined)?.runtime;
  }

  async close(): Promise<void> {
    for (const running of this.#running)
      if (running !== undefined) await this.#atOnce(running.runtime.close());
  }

  /** Undefined writes the present configuration again, with the secrets that it has now. */
  configure(variant: number | undefined, isBroken = false): void {
    const routes = this.story.variants[variant ?? -1] ?? this.#routes;
    if (routes !== this.#routes) this.#configuredAt = this.now();
    this.#routes = routes;
    this.#isBroken = isBroken;
    const text = isBroken
      ? 'main: [this is\n  no: configuration'
      : writeConfig({ story: this.story, keys: this.keys, budgets: this.#budgets, routes });
    this.host.setFile(`${homeFolder}/config.yaml`, text);
  }

  #openStore(): Store {
    if (!this.story.isSqlite) return new ReferenceStore();
    return openStore('memory', { host: this.host, path: '', emit: () => undefined });
  }

  #start(): Running {
    this.#lives += 1;
    const life: Life = {
      name: `p${this.#lives}`,
      clock: this.host.clock,
      isOver: false,
      isTold: false,
      storeMs: this.story.storeMs,
    };
    const { host } = this;
    const clock: Host['clock'] = {
      ...host.clock,
      sleep: (ms, signal) =>
        host.clock
          .sleep(ms, signal)
          .then(() => (life.isOver ? new Promise(() => undefined) : undefined)),
      startTimer: (ms, onFire) =>
        host.clock.startTimer(ms, () => {
          if (!life.isOver) onFire();
        }),
    };
    const plain: Host = {
      ...host,
      clock,
      processId: 4000 + this.#lives,
      dispatch: (request, handler) =>
        life.isOver
          ? { pause: () => undefined, resume: () => undefined, abort: () => undefined }
          : this.network.send(life, request, handler),
    };
    const runtime = createRuntime({
      host: this.#seams.host?.(plain) ?? plain,
      store: viewStore(this.#store, this.watch, life),
      mayLackKeys: true,
      onEvent: (event) => {
        if (!life.isOver) this.#note(life, event);
      },
    });
    return Object.assign(life, { runtime });
  }

  #note(life: Life, event: EngineEvent): void {
    if (event.type !== 'finished') {
      this.events.push({ life, event });
      return;
    }
    const record =
      this.#seams.record === undefined ? event.record : this.#seams.record(event.record);
    const told = this.toldOf.get(Number(event.record.id.slice(1)));
    if (told?.life !== life || record === undefined) return;
    told.record = record;
    told.recordText = JSON.stringify(record);
  }

  #kill({ process: slot, downMs }: { readonly process: number; readonly downMs: number }): void {
    const running = this.#running[slot];
    if (running === undefined) return;
    running.isOver = true;
    this.network.drop(running);
    this.#startLater(slot, downMs);
  }

  async #restart({
    process: slot,
    downMs,
  }: {
    readonly process: number;
    readonly downMs: number;
  }): Promise<void> {
    const running = this.#running[slot];
    const isIdle =
      running !== undefined &&
      this.told.every(
        ({ life, ends, leftAt }) => life !== running || ends > 0 || leftAt !== undefined,
      );
    if (!isIdle) return;
    await this.#atOnce(running.runtime.close());
    running.isOver = true;
    this.#startLater(slot, downMs);
  }

  #startLater(slot: number, downMs: number): void {
    this.#running[slot] = undefined;
    this.host.clock.startTimer(downMs, () => {
      // With a broken configuration no process starts (law 19); who supervises it tries again.
      if (this.#isBroken) this.#startLater(slot, 1000);
      else this.#running[slot] ??= this.#start();
    });
  }

  /** Waits for what needs only a little time of the fake clock. */
  async #atOnce(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    void work.then(() => {
      isDone = true;
    });
    for (let turn = 0; turn < 100 && !isDone; turn += 1)
      await this.host.advance(turn === 0 ? 0 : 50);
    if (!isDone) throw new Error('a process does not end');
  }

  #budgetsOf(caller: string): readonly SpendingLimit[] {
    return this.#budgets
      .filter(({ of }) => of === `caller ${caller}`)
      .map(({ unit, limit, per }) => ({
        of: `the caller ${caller}`,
        setBy: `the key ${caller}`,
        caller,
        unit,
        limit,
        per,
      }));
  }

  #sinkOf(told: Told, life: Life): ReplySink {
    const chunks: Uint8Array[] = [];
    return {
      head: (status, headers) => {
        if (life.isOver) return;
        Object.assign(told, { status, headers, heads: told.heads + 1 });
      },
      write: (chunk) => {
        if (!life.isOver) chunks.push(chunk);
        return true;
      },
      onDrain: (resume) => resume(),
      end: (chunk) => {
        if (life.isOver) return;
        if (chunk !== undefined) chunks.push(chunk);
        Object.assign(told, {
          text: Buffer.concat(chunks).toString(),
          ends: told.ends + 1,
          endedAt: this.now(),
        });
      },
    };
  }
}
