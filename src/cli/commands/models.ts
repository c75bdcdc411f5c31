/** `holdfast models`: what a request may name, tasks first. */

import { modelNames } from '../../access/models.ts';
import { createRuntime } from '../../runtime.ts';
import { printJson, type Terminal } from '../terminal.ts';

export async function models(terminal: Terminal, options: { readonly json?: boolean }): Promise<number> {
  const runtime = createRuntime();
  const names = modelNames(runtime.config());
  await runtime.close();
  if (options.json === true) printJson(terminal, 'holdfast.models/1', { models: names });
  else for (const { name } of names) terminal.out(`${name}\n`);
  return 0;
}
