/**
 * Describes answers of another speaker than the API for people: who spoke, and what to do about it.
 * Pure.
 */

import { rowOfClass } from '../../failures/classes.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { AnswerSpeaker } from '../../model/failure.ts';

/** Says what `upstream` and `page` mean for people. */
type SpokenTrouble = 'key' | 'money' | 'door' | 'other';

function troubleOf({ is, meant }: AnswerSpeaker): SpokenTrouble {
  const trouble = rowOfClass(meant).heldAgainst ?? 'other';
  const isShut = trouble !== 'other' || meant === 'unknown';
  return is === 'page' && isShut ? 'door' : trouble;
}

/** Continues a sentence after the name of a target or provider; undefined if the class says all. */
const happened: Readonly<Record<SpokenTrouble, string | undefined>> = {
  key: 'has a key for its own upstream that was refused there',
  money: 'has no quota or money left at its own upstream',
  door: 'is behind a web page (a login or a proxy), which refused the request',
  other: undefined,
};

/** Returns, for example, `has a key for its own upstream that was refused there`. */
export function describeSpeaker(speaker: AnswerSpeaker | undefined): string | undefined {
  return speaker && happened[troubleOf(speaker)];
}

interface AskedPlace {
  readonly provider: string;
  /** The providers entry whose key was sent. */
  readonly pool: string;
  readonly origin: string;
}

const fixes: Readonly<Record<SpokenTrouble, ((place: AskedPlace) => string) | undefined>> = {
  key: ({ provider }) =>
    `give ${provider} a working key for its own upstream; your key for ${provider} was not refused`,
  money: ({ provider }) =>
    `pay or raise the limit at the upstream of ${provider}; your key for ${provider} was not refused`,
  door: ({ provider, pool, origin }) =>
    `open ${origin} in a browser and see whose page it is: a login of a network or of a proxy? If ${provider} itself writes it, ${shellLine`holdfast auth test ${pool}`}`,
  other: undefined,
};

/** Returns a fix; undefined if the class has it, or only waiting helps. */
export function fixSpeaker(
  speaker: AnswerSpeaker | undefined,
  place: AskedPlace,
): string | undefined {
  return speaker && fixes[troubleOf(speaker)]?.(place);
}
