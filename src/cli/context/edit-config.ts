/** Opens the configuration in an editor, on a copy that replaces it once it can be used. */

import { AccessError, ConfigError } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import { hasChanged } from '../../imports/write-config.ts';
import type { CommandContext } from '../terminal/terminal.ts';
import { mistake } from './mistake.ts';
import { readConfigAnyway, replaceOwnConfig } from './own-config.ts';
import { untilSignal } from './with-runtime.ts';

/** Returns the lines for stderr. Rejects, and writes nothing, if the person throws it away. */
export async function editConfig(context: CommandContext): Promise<readonly string[]> {
  const { terminal, host, paths } = context;
  const variable = host.environment.get('VISUAL') ? 'VISUAL' : 'EDITOR';
  const editor = host.environment.get(variable);
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
    return await editUntilGood(context, { variable, editor, copy, before });
  } finally {
    letEditorHaveSignals();
    host.files.remove(copy);
  }
}

const other = 'change one value: holdfast config set KEY VALUE';

interface Editing {
  /** That names the editor. */
  readonly variable: string;
  readonly editor: string;
  readonly copy: string;
  readonly before: string;
}

async function editUntilGood(
  context: CommandContext,
  { variable, editor, copy, before }: Editing,
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
    if (after === before) return [`${path} was not changed`, ...tellToWait(variable, editor)];
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

/** An editor with windows ends at once and leaves one open, unless it is told to wait. */
function tellToWait(variable: string, editor: string): readonly string[] {
  const [program = '', ...words] = editor.trim().split(/\s+/);
  const flag = waitFlags.find(([names]) => names.test(program))?.[1];
  if (flag === undefined || words.some((word) => waiting.test(word))) return [];
  const command = shellLine`export ${variable}=${`${editor} ${flag}`}`;
  return [`${program} does not wait until its window is closed; to make it wait: ${command}`];
}

const waiting = /^(-[wfb]|--(wait|nofork|block))$/;

const waitFlags: readonly (readonly [names: RegExp, flag: string])[] = [
  [
    /(^|\/)(code(-insiders|-oss)?|codium|cursor|windsurf|zed(itor)?|subl|atom|gedit|bbedit|mate)$/,
    '--wait',
  ],
  [/(^|\/)(gvim|mvim)$/, '-f'],
  [/(^|\/)(kate|kwrite)$/, '--block'],
];

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
