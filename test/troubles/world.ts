/** How a story's providers behave: all are well but the first, once the fault has begun. */

import type { UpstreamStep } from '../fakes/fake-host.ts';
import { completion } from './faults.ts';
import { model } from './home.ts';
import type { StagedProvider, Story } from './story.ts';

export interface Asked {
  readonly hostname: string;
  readonly protocol?: string;
  readonly method: string;
  readonly authorization: string;
}

const good = completion('Fix the Login');
const models: UpstreamStep = { chunks: [`{"data":[{"id":"${model}"}]}`] };

export class World {
  isFaulty = false;
  /** Counts the answers of the fault. */
  faults = 0;
  readonly #story: Story;

  constructor(story: Story) {
    this.#story = story;
  }

  answer({ hostname, protocol, method, authorization }: Asked): UpstreamStep {
    const { fault } = this.#story;
    const isHttp = fault.endsWithHttp === true && protocol === 'http:';
    if (isHttp || !this.#isStruck(hostname)) return method === 'GET' ? models : good;
    if (fault.isOfConnection === true) return fault.answer(hostname);
    if (method === 'GET') return models;
    const { secret, given } = this.#struck();
    const isOther = ![secret, given || secret].some((key) => authorization.includes(key));
    if (fault.endsWithKey === true && isOther) return good;
    this.faults += 1;
    return fault.answer(hostname);
  }

  connect(hostname: string): Pick<UpstreamStep, 'error' | 'delayMs'> {
    const { fault } = this.#story;
    const fails = this.#isStruck(hostname) && fault.isOfConnection === true;
    return fails ? fault.answer(hostname) : {};
  }

  #struck(): StagedProvider {
    const [first] = this.#story.providers;
    if (first === undefined) throw new Error('a story has a provider');
    return first;
  }

  #isStruck(hostname: string): boolean {
    return this.isFaulty && hostname === this.#struck().host;
  }
}
