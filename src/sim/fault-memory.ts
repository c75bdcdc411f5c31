/** Decides which fault a request meets: the tables say what a name does, this remembers how often it was asked. */

import type { ScaledTime } from './clock.ts';
import {
  assertNever,
  type KeyBehaviour,
  type ModelFault,
  type Occurrence,
  type SimRefusal,
} from './fault.ts';
import { keyPrefix, lookUpKeyBehaviour } from './key-table.ts';
import { modelPrefix } from './listing.ts';
import { lookUpModelFault } from './model-table.ts';
import { withoutSuffix } from './name-table.ts';
import type { Assignment, SimSettings } from './options.ts';
import { createStatusRefusal, doubtedKey, missingKey, spentPlan, unknownKey } from './refusals.ts';

/** A refusal and the name of the fault it comes from. */
export interface SimKeyVerdict {
  readonly fault: string;
  readonly refusal: SimRefusal;
}

/** A fault that happens to this request, and its name. */
export interface ActiveFault {
  readonly name: string;
  readonly fault: ModelFault;
}

/** What decides about a request. */
export interface FaultQuestion {
  readonly model: string | undefined;
  readonly key: string | undefined;
  readonly isPrefill: boolean;
  /** Asked only where it matters. Default: it has none. */
  readonly hasImages?: () => boolean;
}

interface KeyMemory {
  requests: number;
  outageBeganAt: number | undefined;
  /** When accepted requests of the last minute came, epoch ms. */
  accepted: number[];
}

const minuteSeconds = 60;

/** Counts per key and per model since the last `clear`. */
export class FaultMemory {
  readonly #settings: SimSettings;
  readonly #keys = new Map<string, KeyMemory>();
  readonly #visits = new Map<string, { count: number; readonly since: number }>();

  constructor(settings: SimSettings) {
    this.#settings = settings;
  }

  /** Forgets every request, so that each fault begins anew. */
  clear(): void {
    this.#keys.clear();
    this.#visits.clear();
  }

  /** Judges the key; nothing when it is accepted. Counts the request. */
  judgeKey(question: FaultQuestion): SimKeyVerdict | undefined {
    const { key } = question;
    if (key === undefined || key === '') {
      return this.#settings.acceptsAnyKey ? undefined : { fault: 'missing-key', refusal: missingKey };
    }
    const { name, behaviour } = this.#findBehaviour(question, key);
    if (behaviour === undefined) return { fault: 'unknown-key', refusal: unknownKey };
    if (behaviour.kind === 'good') return undefined;
    const refusal = judgeBehaviour(behaviour, this.#keyMemory(key), this.#settings.time);
    return refusal && { fault: name, refusal };
  }

  /** What a vendor says with every answer of how much of the key's limit is left; nothing for a key without one. */
  limitHeaders(question: FaultQuestion): Readonly<Record<string, string>> {
    const { key = '' } = question;
    const { behaviour } = this.#findBehaviour(question, key);
    if (behaviour?.kind !== 'limited') return {};
    const { scale, now } = this.#settings.time;
    const { accepted } = this.#keyMemory(key);
    const at = now();
    const resetMs = Math.max(0, (accepted.at(-1) ?? at) - at + minuteSeconds * 1000 * scale);
    return {
      'x-ratelimit-limit-requests': String(behaviour.perMinute),
      'x-ratelimit-remaining-requests': String(behaviour.perMinute - accepted.length),
      'x-ratelimit-reset-requests': `${Math.ceil(resetMs)}ms`,
    };
  }

  /** Finds what the model name does to this request; nothing for a plain answer. Counts the request. */
  judgeModel(question: FaultQuestion): ActiveFault | undefined {
    const assignment = this.#findAssignment(question, (candidate) => candidate.modelFault !== undefined);
    const active = assignment?.modelFault
      ? { name: assignment.name, fault: assignment.modelFault }
      : lookUpModel(question.model);
    if (active === undefined || active.fault.kind === 'shape') return active;
    return this.#happens(active.fault.when, question, active.name) ? active : undefined;
  }

  #findBehaviour(
    question: FaultQuestion,
    key: string,
  ): { readonly name: string; readonly behaviour: KeyBehaviour | undefined } {
    const assignment = this.#findAssignment(question, (candidate) => candidate.keyBehaviour !== undefined);
    const name = assignment?.name ?? withoutSuffix(key).slice(keyPrefix.length);
    return { name, behaviour: assignment?.keyBehaviour ?? this.#tableBehaviour(key, name) };
  }

  #tableBehaviour(key: string, name: string): KeyBehaviour | undefined {
    const listed = key.startsWith(keyPrefix) ? lookUpKeyBehaviour(name) : undefined;
    if (listed !== undefined) return listed;
    return this.#settings.acceptsAnyKey || this.#settings.keys.has(key) ? { kind: 'good' } : undefined;
  }

  #findAssignment(
    question: FaultQuestion,
    isKind: (candidate: Assignment) => boolean,
  ): Assignment | undefined {
    if (this.#settings.assignments.length === 0) return undefined;
    return this.#settings.assignments.find(
      (candidate) =>
        isKind(candidate) &&
        (candidate.model === undefined || candidate.model === question.model) &&
        (candidate.key === undefined || candidate.key === question.key),
    );
  }

  #keyMemory(key: string): KeyMemory {
    const known = this.#keys.get(key);
    if (known) return known;
    const fresh: KeyMemory = { requests: 0, outageBeganAt: undefined, accepted: [] };
    this.#keys.set(key, fresh);
    return fresh;
  }

  #happens(when: Occurrence, question: FaultQuestion, name: string): boolean {
    switch (when.type) {
      case 'always':
        return true;
      case 'prefill':
        return question.isPrefill;
      case 'images':
        return question.hasImages?.() === true;
      case 'first':
        return this.#visit(question, name).count <= when.times;
      case 'during': {
        const { now, scale } = this.#settings.time;
        return now() - this.#visit(question, name).since < when.seconds * 1000 * scale;
      }
      default:
        return assertNever(when);
    }
  }

  #visit(question: FaultQuestion, name: string): { readonly count: number; readonly since: number } {
    const subject = `${name} ${question.model ?? ''}`;
    const known = this.#visits.get(subject) ?? { count: 0, since: this.#settings.time.now() };
    known.count += 1;
    this.#visits.set(subject, known);
    return known;
  }
}

function lookUpModel(model = ''): ActiveFault | undefined {
  if (!model.startsWith(modelPrefix)) return undefined;
  const name = withoutSuffix(model).slice(modelPrefix.length);
  const fault = lookUpModelFault(name);
  return fault && { name, fault };
}

function judgeBehaviour(
  behaviour: KeyBehaviour,
  memory: KeyMemory,
  time: ScaledTime,
): SimRefusal | undefined {
  memory.requests += 1;
  switch (behaviour.kind) {
    case 'good':
      return undefined;
    case 'refused':
      return behaviour.refusal;
    case 'flaky':
      return (memory.requests - 1) % (behaviour.refusals + 1) === 0 ? undefined : doubtedKey;
    case 'spent':
      return memory.requests <= behaviour.served ? undefined : spentPlan;
    case 'limited':
      return judgeRate(behaviour.perMinute, memory, time);
    case 'outage':
      return judgeOutage(behaviour.seconds, memory, time);
    default:
      return assertNever(behaviour);
  }
}

function judgeRate(perMinute: number, memory: KeyMemory, time: ScaledTime): SimRefusal | undefined {
  const now = time.now();
  const windowMs = minuteSeconds * 1000 * time.scale;
  memory.accepted = memory.accepted.filter((at) => now - at < windowMs);
  const [oldest] = memory.accepted;
  if (oldest === undefined || memory.accepted.length < perMinute) {
    memory.accepted.push(now);
    return undefined;
  }
  // In simulated seconds: whoever writes the header scales them.
  const retryAfterSeconds = time.scale === 0 ? 0 : (oldest + windowMs - now) / 1000 / time.scale;
  return { ...createStatusRefusal(429), retryAfterSeconds };
}

function judgeOutage(seconds: number, memory: KeyMemory, time: ScaledTime): SimRefusal | undefined {
  if (memory.requests === 1) return undefined;
  const now = time.now();
  memory.outageBeganAt ??= now;
  return now - memory.outageBeganAt < seconds * 1000 * time.scale ? doubtedKey : undefined;
}
