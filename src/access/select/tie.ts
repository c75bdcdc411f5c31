/**
 * Binds a request to an account (step 2 of a request): ids that only their account understands
 * exclude every other candidate; reasoning that it sealed (encrypted or signed) is removed for
 * others. Almost no request has either.
 */

import {
  type AccountBindings,
  type AccountOwner,
  type IdOwner,
  isSameOwner,
} from '../../credentials/pool/account-bindings.ts';
import type { Credential } from '../../model/credential.ts';
import type { AccessRequest } from '../../model/request.ts';
import type { HistoryRepair, Target } from '../../model/target.ts';
import type { Bound, BoundReference } from '../../protocols/contract/protocol.ts';
import { isSealName } from '../../protocols/translation/sealed.ts';
import { mayUse } from './makers.ts';

interface Askable {
  readonly target: Target;
  readonly credential: Credential | undefined;
}

/** Finds the accounts that made what the request contains. */
export async function findTie(bindings: AccountBindings, bound: Bound): Promise<Tie> {
  const names = [...bound.references.map(({ name }) => name), ...bound.sealed];
  return new Tie(bound, await bindings.ownersOf(names));
}

/**
 * Returns a candidate's account: its group in config, else the credential's own, whatever its
 * current secret.
 */
export function accountOwnerOf({ target, credential }: Askable): AccountOwner {
  return { origin: target.origin, account: credential?.account ?? credential?.id ?? 'none' };
}

export class Tie {
  readonly #bound: Bound;
  readonly #owners: ReadonlyMap<string, IdOwner>;
  /** The account asked first: anything of unknown origin counts as its own. */
  #first: AccountOwner | undefined;

  constructor(bound: Bound, owners: ReadonlyMap<string, IdOwner>) {
    this.#bound = bound;
    this.#owners = owners;
  }

  /** Names in the request: the account that answers has them. */
  get names(): readonly string[] {
    return this.#bound.references.map(({ name }) => name);
  }

  /** The caller that made the object in the request's path, or the first that it names. */
  get maker(): string | undefined {
    return this.#owners.get(this.names[0] ?? '')?.maker;
  }

  /**
   * Returns the first id that only another caller may use, in words. What a caller has in its hands
   * is its own: a compacted conversation may go from one agent to another.
   */
  findForeign(caller: Pick<AccessRequest, 'maker' | 'seesAll'>): string | undefined {
    const isForeign = ({ name }: BoundReference): boolean =>
      !isSealName(name) && !mayUse(caller, this.#owners.get(name)?.maker);
    return this.#bound.references.find(isForeign)?.text;
  }

  /** The origin of the named objects; undefined if unknown. */
  get origin(): string | undefined {
    return this.names.flatMap((name) => this.#owners.get(name)?.origin ?? [])[0];
  }

  /**
   * Returns why this candidate cannot understand the request; undefined if it can, as far as known.
   */
  excludes(candidate: Askable): string | undefined {
    if (this.#bound.references.length === 0) return undefined;
    const owner = accountOwnerOf(candidate);
    const foreign = this.#bound.references.find(({ name }) => this.#isForeign(name, owner));
    return foreign === undefined ? undefined : this.#describe(foreign);
  }

  /**
   * True when the owner is unknown and this is not the account asked first: it may never have seen
   * the object.
   */
  isStranger(candidate: Askable): boolean {
    const isUnknown = this.names.some((name) => !this.#owners.has(name));
    return (
      isUnknown && this.#first !== undefined && !isSameOwner(this.#first, accountOwnerOf(candidate))
    );
  }

  /** Returns the target for this candidate: without reasoning that another account sealed. */
  applyTo(target: Target, candidate: Askable): Target {
    const names = this.#sealedOutside(candidate);
    this.#first ??= accountOwnerOf(candidate);
    if (names.length === 0) return target;
    const off = target.historyRepairs?.filter(({ kind }) => kind === 'thinking-off') ?? [];
    const repairs: readonly HistoryRepair[] = [{ kind: 'drop-sealed', names }, ...off];
    return { ...target, bodyEdits: [...target.bodyEdits, { kind: 'history', repairs }] };
  }

  notesFor(candidate: Askable): readonly string[] {
    const { length } = this.#sealedOutside(candidate);
    const pieces = length === 1 ? 'a piece' : `${length} pieces`;
    return length === 0 ? [] : [`asked without ${pieces} of reasoning that another account sealed`];
  }

  #sealedOutside(candidate: Askable): readonly string[] {
    if (this.#bound.sealed.length === 0) return [];
    const owner = accountOwnerOf(candidate);
    const first = this.#first ?? owner;
    return this.#bound.sealed.filter(
      (name) => !isSameOwner(this.#owners.get(name) ?? first, owner),
    );
  }

  #isForeign(name: string, owner: AccountOwner): boolean {
    const maker = this.#owners.get(name);
    return maker !== undefined && !isSameOwner(maker, owner);
  }

  #describe({ name, text }: BoundReference): string {
    const maker = this.#owners.get(name);
    return `${text} ties the request to the account ${maker?.account} at ${maker?.origin}`;
  }
}
