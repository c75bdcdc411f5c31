/**
 * `holdfast auth export` and `import` move labels and references of keys from one machine to
 * another, never a secret.
 */

import { newConfigText } from '../../../config/yaml/edit.ts';
import { ConfigError, formatProblem } from '../../../errors.ts';
import { schemaPath } from '../../../host/package-files.ts';
import { planAndWrite, type WriteOutcome } from '../../../imports/change-config.ts';
import {
  type ExportedKey,
  exportReferences,
  type Imported,
  importReferences,
  parseExport,
} from '../../../imports/references.ts';
import { unifiedDiff } from '../../../imports/unified-diff.ts';
import { type ConfigBefore, readConfigBefore } from '../../../imports/write-config.ts';
import { catalogue } from '../../../providers/builtin.ts';
import { type Args, createCommand, json, type Printout, toggle } from '../../context/command.ts';
import { mistake } from '../../context/mistake.ts';
import { quietly, withRuntime } from '../../context/with-runtime.ts';
import { type CommandContext, printJson } from '../../terminal/terminal.ts';

const params = { dryRun: toggle('only show what would change'), json };

export const commands = {
  export: createCommand({
    params: { json: toggle('print JSON, as it always does') },
    example: 'holdfast auth export > keys.json',
    run: exportKeys,
  }),
  import: createCommand({ params, example: 'holdfast auth import < keys.json', run: importKeys }),
};

/** Prints the JSON that `auth import` reads. */
async function exportKeys(_args: object, { terminal, host }: CommandContext): Promise<number> {
  const keys = await withRuntime({ ...quietly, host, mayBeBroken: true }, (runtime) =>
    exportReferences(runtime.config().pools, runtime.host.environment.get('HOME')),
  );
  printJson(terminal, { schema: 'holdfast.auth-export/1', keys });
  for (const { provider, label, left_out: why } of keys) {
    if (why !== undefined) terminal.talk(`${provider} ${label} has no reference: ${why}\n`);
  }
  return 0;
}

/** Reads an export from stdin, shows how the config would change, and writes it. */
async function importKeys(
  { dryRun }: Args<typeof params>,
  context: CommandContext,
): Promise<Printout> {
  const keys = parseExport(await context.terminal.readInput());
  if (keys === undefined) {
    throw mistake(
      'the input is not an export of keys',
      'holdfast auth export > keys.json there, and holdfast auth import < keys.json here',
    );
  }
  const path = context.paths.configFile;
  const makePlan = (): Import => planReferences(context, keys);
  const isWorthWriting = ({ imported }: Import): boolean => imported.added.length > 0;
  const planning = { makePlan, isWorthWriting, mayWrite: !dryRun };
  const [{ imported, diff }, outcome] = await planAndWrite(context, planning);
  const { added, skipped } = imported;
  const { isWritten: written, backup, check } = outcome;
  if (check.added.length > 0) throw new ConfigError('config-invalid', check.added);
  const leftOut = skipped.map(
    ({ key, because }) => `${key.provider} ${key.label} was left out: ${because}`,
  );
  const lacking = check.left.map((problem) => `warning: ${formatProblem(problem)}`);
  return {
    json: { schema: 'holdfast.auth-import/1', added, skipped, diff, written, backup },
    out: diff,
    talk: [...leftOut, ...lacking, describeImported(path, outcome, added.length)],
  };
}

interface Import {
  readonly before: ConfigBefore | undefined;
  readonly after: string;
  readonly imported: Imported;
  readonly diff: string;
}

function planReferences(context: CommandContext, keys: readonly ExportedKey[]): Import {
  const path = context.paths.configFile;
  const before = readConfigBefore(context.host, path);
  const isBuiltin = (provider: string): boolean => catalogue.get(provider) !== undefined;
  const imported = importReferences(before?.text ?? newConfigText(schemaPath()), keys, isBuiltin);
  const old = before === undefined ? undefined : { name: path, text: before.text };
  const diff =
    imported.added.length === 0 ? '' : unifiedDiff(old, { name: path, text: imported.text });
  return { before, after: imported.text, imported, diff };
}

function describeImported(
  path: string,
  { isWritten, backup }: WriteOutcome,
  count: number,
): string {
  if (count === 0) return 'there is nothing to add';
  if (!isWritten) return `dry run: ${count} key(s) would be added to ${path}`;
  const old = backup === undefined ? '' : `; the old one is ${backup}`;
  return `${count} key(s) were added to ${path}${old}`;
}
