/** Which operations of a store change what a fleet shares, and what such a change is about. */

import { type SharedChange, type SharedName, sharedNames } from '../replica.ts';
import type { OperationName, ParametersOf } from '../sqlite/asked.ts';

const names: ReadonlySet<OperationName> = new Set<OperationName>(sharedNames);

export function isSharedName(name: OperationName): name is SharedName {
  return names.has(name);
}

export function parseAsked(id: string, name: SharedName, parameters: unknown): SharedChange {
  return { id, name, parameters } as SharedChange;
}

/** Its parameters; undefined if it is another operation. */
export function parseOpening({
  name,
  parameters,
}: SharedChange): ParametersOf<'openMark'> | undefined {
  return name === 'openMark' ? (parameters as ParametersOf<'openMark'>) : undefined;
}

/**
 * So long its member must have been together with the others. Alone it does nothing, and is not
 * kept for later either. Undefined: it needs nobody.
 */
export function parseTogetherMs({ name, parameters }: SharedChange): number | undefined {
  return name === 'putSealed' ? (parameters as ParametersOf<'putSealed'>)[1] : undefined;
}

/** A claim is no part of what `readHealth` returns. */
export function isOfHealth(name: SharedName | undefined): boolean {
  return name !== undefined && !/^(claim|release|add)/.test(name);
}

/** A change that comes to the log later than it was made. */
export function toLate(change: SharedChange): SharedChange {
  const [pattern, now] = parseReset(change) ?? [];
  if (pattern === undefined || now === undefined) return change;
  return parseAsked(change.id, change.name, [pattern, now, true]);
}

function parseReset({ name, parameters }: SharedChange): ParametersOf<'resetMarks'> | undefined {
  return name === 'resetMarks' ? (parameters as ParametersOf<'resetMarks'>) : undefined;
}
