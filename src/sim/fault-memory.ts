/**
 * Decides which fault a request gets: the tables define what a name does, this class counts how
 * often it was used.
 */

import type { KeyBehaviour, KeyMemory, ModelFault, Occasion, SimKeyVerdict } from './fault.ts';
import { accept, keyPrefix, lookUpKeyBehaviour } from './key-table.ts';
import { modelPrefix } from './listing.ts';
import { lookUpModelFault } from './model-table.ts';
import { withoutSuffix } from './name-table.ts';
import type { Assignment, SimSettings } from './options.ts';
import { missingKey, unknownKey } from './refusals.ts';

/** The fault of this request, and its name. */
export interface ActiveFault {
  readonly name: string;
  readonly fault: ModelFault;
}

/** Facts of a request that select its fault. */
export interface FaultQuestion {
  readonly model: string | undefined;
  readonly key: string | undefined;
}

/** Counts requests per key and per model at one site since the last `clear`. */
export class FaultMemory {
  readonly #settings: SimSettings;
  readonly #assignments: readonly Assignment[];
  readonly #keys = new Map<string, KeyMemory>();
  readonly #visits = new Map<string, { count: number; readonly since: number }>();

  constructor(settings: SimSettings, site: string) {
    this.#settings = settings;
    this.#assignments = settings.assignments.filter(
      (one) => one.site === undefined || one.site === site,
    );
  }

  /** Forgets every request, so that each fault starts anew. */
  clear(): void {
    this.#keys.clear();
    this.#visits.clear();
  }

  /** Returns what the key does to the request, and the fault's name. Counts the request. */
  judgeKey(question: FaultQuestion): SimKeyVerdict & { readonly fault: string } {
    const { key } = question;
    const { acceptsAnyKey, time } = this.#settings;
    if (key === undefined || key === '')
      return { fault: 'missing-key', refusal: acceptsAnyKey ? undefined : missingKey };
    const assignment = this.#findAssignment(
      question,
      (candidate) => candidate.keyBehaviour !== undefined,
    );
    const name = assignment?.name ?? withoutSuffix(key).slice(keyPrefix.length);
    const behave = assignment?.keyBehaviour ?? this.#tableBehaviour(key, name);
    if (behave === undefined) return { fault: 'unknown-key', refusal: unknownKey };
    const memory = this.#keys.get(key) ?? { requests: 0, accepted: [] };
    this.#keys.set(key, memory);
    memory.requests += 1;
    return { fault: name, ...behave(memory, time) };
  }

  /**
   * Returns what the model name does to this request; undefined for a plain answer. Counts the
   * request.
   */
  judgeModel(
    question: FaultQuestion & Pick<Occasion, 'isPrefill' | 'hasImages' | 'speakers'>,
  ): ActiveFault | undefined {
    const assignment = this.#findAssignment(
      question,
      (candidate) => candidate.modelFault !== undefined,
    );
    const active = assignment?.modelFault
      ? { name: assignment.name, fault: assignment.modelFault }
      : lookUpModel(question.model);
    if (active === undefined || active.fault.kind === 'shape') return active;
    const { now, scale } = this.#settings.time;
    const visit = () => this.#visit(`${active.name} ${question.model ?? ''}`);
    const count = () => visit().count;
    const isWithin = (seconds: number) => now() - visit().since < seconds * 1000 * scale;
    return active.fault.when({ ...question, count, isWithin }) ? active : undefined;
  }

  #tableBehaviour(key: string, name: string): KeyBehaviour | undefined {
    const listed = key.startsWith(keyPrefix) ? lookUpKeyBehaviour(name) : undefined;
    if (listed !== undefined) return listed;
    return this.#settings.acceptsAnyKey || this.#settings.keys.has(key) ? accept : undefined;
  }

  #findAssignment(
    question: FaultQuestion,
    isKind: (candidate: Assignment) => boolean,
  ): Assignment | undefined {
    return this.#assignments.find(
      (candidate) =>
        isKind(candidate) &&
        (candidate.model === undefined || candidate.model === question.model) &&
        (candidate.key === undefined || candidate.key === question.key),
    );
  }

  #visit(subject: string): { readonly count: number; readonly since: number } {
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
