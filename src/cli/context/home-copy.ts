/** Carries out a printed line on a copy of the home in memory, as its command would on the disk. */

import { setConfigValue } from '../../config/yaml/edit.ts';
import { unsetConfigValue } from '../../config/yaml/unset.ts';
import { copyFiles } from '../../host/copied-files.ts';
import { readShellLine } from '../../host/shell-line.ts';
import type { Host } from '../../host.ts';
import type { ShellLine } from '../../model/fix.ts';
import type { HomeContext } from '../terminal/terminal.ts';
import { addToChain } from './chain.ts';
import { changeOwnConfig } from './own-config.ts';
import { inPlace, withRuntime } from './with-runtime.ts';

/** Rejects where the command would refuse. */
type LineStep = (copy: HomeContext, rest: readonly string[]) => Promise<unknown>;

const steps: Readonly<Record<string, LineStep>> = {
  'config set': (copy, [key = '', value = '']) =>
    changeOwnConfig(copy, (text) => setConfigValue(text, key, value)),
  'config unset': (copy, [key = '']) =>
    changeOwnConfig(copy, (text) => unsetConfigValue(text, key)),
  'fallback add': (copy, [target = '', , task]) =>
    changeOwnConfig(copy, (text) => addToChain(text, target, { task }).text),
  'auth add': ({ host }, [provider = '', , variable]) =>
    withRuntime({ ...inPlace, host }, ({ keys }) =>
      keys.accept({
        provider,
        secret: host.environment.get(variable ?? '') ?? anyKey,
        copiedFrom: variable,
        verify: false,
        model: 'any',
        signal: new AbortController().signal,
      }),
    ),
};

/** Stands for the key that a person will type. */
const anyKey = 'tried-on-a-copy-of-the-home';

/** Returns the host of the copy; undefined for a line that changes no configuration and no keys. */
export async function applyLine(
  { host, paths }: HomeContext,
  line: ShellLine,
): Promise<Host | undefined> {
  const parts = readShellLine(line).map(
    ([group = '', verb = '', ...rest]) => [steps[`${group} ${verb}`], rest] as const,
  );
  const copy = { host: { ...host, files: copyFiles(host.files) }, paths };
  for (const [step, rest] of parts) {
    if (step === undefined) return undefined;
    await step(copy, rest);
  }
  return copy.host;
}
