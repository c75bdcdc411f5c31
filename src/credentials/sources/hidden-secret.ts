/** A secret that has been read: it prints as what it is called, and never as itself (law 20). */

import { inspect } from 'node:util';
import type { Secret } from '../../model/credential.ts';

export class HiddenSecret implements Secret {
  readonly #value: string;
  readonly #called: string;

  constructor(value: string, called: string) {
    this.#value = value;
    this.#called = called;
  }

  reveal(): string {
    return this.#value;
  }

  toJSON(): string {
    return this.#called;
  }

  toString(): string {
    return this.#called;
  }

  [inspect.custom](): string {
    return this.#called;
  }
}
