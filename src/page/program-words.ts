/**
 * The words that start the program, for the commands that the page shows: as the gateway says. It
 * stands in the bundle for `host/program-words.ts`, which finds them on its machine.
 */

import { snapshot } from './gateway.ts';

export function listProgramWords(): readonly [program: string, ...rest: string[]] {
  const [program = 'holdfast', ...rest] = snapshot.value?.self.program ?? [];
  return [program, ...rest];
}
