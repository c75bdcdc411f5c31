/**
 * Commands for this home that are used elsewhere, such as the one that prints the gateway's key:
 * the shell or agent there may not have this one's variables.
 */

import { listProgramWords } from '../../host/program-words.ts';
import type { Host } from '../../host.ts';
import { listPlaceVariables } from '../../service/plan.ts';

type HomeWords = readonly [program: string, ...rest: string[]];

export function listKeyWords(host: Pick<Host, 'environment'>): HomeWords {
  return listHomeWords(host, 'key');
}

export function listHomeWords(host: Pick<Host, 'environment'>, command: string): HomeWords {
  const [program, ...rest] = listProgramWords();
  const places = Object.entries(listPlaceVariables(host)).map(
    ([name, value]) => `${name}=${value}`,
  );
  return places.length === 0
    ? [program, ...rest, command]
    : ['env', ...places, program, ...rest, command];
}
