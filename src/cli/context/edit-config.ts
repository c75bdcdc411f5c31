/** Opens the configuration in an editor, on a copy that replaces it once it can be used. */

import { AccessError, ConfigError } from '../../errors.ts';
import { hasChanged } from '../../imports/write-config.ts';
import type { CommandContext } from '../terminal/terminal.ts';
import { mistake } from './mistake.ts';
import { readConfigAnyway, replaceOwnConfig } from './own-config.ts';
import { untilSignal } from './with-runtime.ts';

/** Returns the lines for stderr. Rejects, and writes nothing, if the person throws it away. */
export async function editConfig(context: CommandContext): Promise<readonly string[]> {
  const { terminal, host, paths } = context;
  const editor = host.environment.get('VISUAL') || host.environment.get('EDITOR');
  if (!terminal.isInteractive)
    throw mistake('config edit opens an editor and needs a terminal', other);
  if (!editor)
    throw mistake('neither VISUAL nor EDITOR names an editor', `export EDITOR=nano, or ${other}`);
  const before = readConfigAnyway(context);
  // an editor knows the format by the end of the name
  const copy = `${paths.configFile}.${host.randomToken(6)}.yaml`;
  host.files.createExclusive(copy, before);
  const letEditorHaveSignals = terminal.onSignal(['SIGINT', 'SIGTERM'], () => undefined);
  try {
    return await editUntilGood(context, { editor, copy, before });
  } finally {
    letEditorHaveSignals();
    host.files.remove(copy);
  }
}

const other = 'change one value: holdfast config set KEY VALUE';

interface Editing {
  readonly editor: string;
  readonly copy: string;
  readonly before: string;
}

async function editUntilGood(
  context: CommandContext,
  { editor, copy, before }: Editing,
): Promise<readonly string[]> {
  const { host, paths, terminal } = context;
  const path = paths.configFile;
  for (;;) {
    const status = await host.edit(editor, copy);
    if (status !== 0)
      throw new AccessError(
        'local-fault',
        `the editor "${editor}" ended with ${status ?? 'a signal'}; ${path} was not changed`,
        { fix: 'correct VISUAL or EDITOR' },
      );
    const after = host.files.readExactText(copy);
    if (after === before) return [`${path} was not changed`];
    try {
      const left = await replaceOwnConfig(context, (now = before) => {
        if (now !== before) throw hasChanged(path);
        return after;
      });
      return [`${path} is changed`, ...left.map((text) => `warning: ${text}`)];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (!(await wantsToGoOn(terminal, error))) throw thrownAway(path, error);
    }
  }
}

async function wantsToGoOn(
  terminal: CommandContext['terminal'],
  { message }: ConfigError,
): Promise<boolean> {
  terminal.talk(`${message}\nNothing is written yet.\n`);
  const said = await untilSignal(terminal, (signal) =>
    terminal.readLine('Edit again, or throw the change away? [E/t] ', signal),
  );
  return !/^t/i.test(said.trim());
}

function thrownAway(path: string, cause: ConfigError): AccessError {
  return new AccessError('config-invalid', `the change is thrown away; ${path} is as before`, {
    cause,
  });
}
