/**
 * One channel to the state file for several stores: those of a primary and its workers. A change of
 * health by one of them is told to the others at once; a change by another process of the home is
 * found by the first, which polls the file.
 */

import {
  healthWrites,
  type OperationName,
  type ParametersOf,
  parseResult,
  type ResultOf,
} from './sqlite/asked.ts';
import type { Channel } from './sqlite/sqlite-store.ts';

interface StoreMember {
  /** Health has changed since it last read it. */
  isBehind: boolean;
  onChanged: () => void;
}

export class SharedChannel {
  readonly #file: Channel;
  readonly #members = new Set<StoreMember>();

  constructor(file: Channel) {
    this.#file = file;
    file.onChanged?.(() => this.#tellOthers());
  }

  /**
   * Returns the channel of one more store, until that closes. The first one is the store of the
   * process that has the file: it polls for all, and closes the file.
   */
  join(): Channel {
    const isFirst = this.#members.size === 0;
    const member: StoreMember = { isBehind: false, onChanged: () => undefined };
    this.#members.add(member);
    return {
      isShared: true,
      onChanged: (listener) => {
        member.onChanged = listener;
      },
      ask: (name, parameters) => this.#ask(member, isFirst, [name, parameters]),
    };
  }

  async #ask<Name extends OperationName>(
    member: StoreMember,
    isFirst: boolean,
    [name, parameters]: readonly [Name, ParametersOf<Name>],
  ): Promise<ResultOf<Name>> {
    if (name === 'close') this.#members.delete(member);
    const isPoll = name === 'pollHealth';
    if (isPoll && member.isBehind) return parseResult<Name>(await this.#catchUp(member));
    if (!isFirst && (isPoll || name === 'close')) return parseResult<Name>(undefined);
    const result = await this.#file.ask(name, parameters);
    if (isChange(name, result) || (isPoll && result !== undefined)) this.#tellOthers(member);
    return result;
  }

  async #catchUp(member: StoreMember): Promise<ResultOf<'readHealth'>> {
    member.isBehind = false;
    try {
      return await this.#file.ask('readHealth', []);
    } catch (error) {
      member.isBehind = true; // its next poll tries again
      throw error;
    }
  }

  #tellOthers(than?: StoreMember): void {
    for (const member of this.#members) {
      if (member === than) continue;
      member.isBehind = true;
      member.onChanged();
    }
  }
}

function isChange(name: OperationName, result: unknown): boolean {
  const isNothing =
    (Array.isArray(result) && result.length === 0) || result === 'older' || result === 'alone';
  return name in healthWrites && !isNothing;
}
