/**
 * The command that prints the gateway's key, for a line or a setting that is used elsewhere: the
 * shell or agent there may not have this one's variables.
 */

import { listProgramWords } from '../../host/program-words.ts';
import type { Host } from '../../host.ts';
import { listPlaceVariables } from '../../service/plan.ts';

export function listKeyWords(
  host: Pick<Host, 'environment'>,
): readonly [program: string, ...rest: string[]] {
  const [program, ...rest] = listProgramWords();
  const places = Object.entries(listPlaceVariables(host)).map(
    ([name, value]) => `${name}=${value}`,
  );
  return places.length === 0
    ? [program, ...rest, 'key']
    : ['env', ...places, program, ...rest, 'key'];
}
