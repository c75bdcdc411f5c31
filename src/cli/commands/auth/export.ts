/** `holdfast auth export` and `import`: labels and references of keys from one machine to another; never a secret. */

import { checkConfigText } from '../../../config/check-text.ts';
import { resolvePaths } from '../../../config/files/paths.ts';
import { newConfigText } from '../../../config/yaml/edit.ts';
import { ConfigError } from '../../../errors.ts';
import { schemaPath } from '../../../host/package-files.ts';
import type { Host } from '../../../host.ts';
import {
  type ExportedKey,
  exportReferences,
  type Imported,
  importReferences,
  parseExport,
} from '../../../imports/references.ts';
import { unifiedDiff } from '../../../imports/unified-diff.ts';
import { type ConfigBefore, readConfigBefore } from '../../../imports/write-config.ts';
import { builtinEntries } from '../../../providers/builtin.ts';
import { createCatalogue } from '../../../providers/catalogue.ts';
import { createCommand, type Given, json, toggle } from '../../command.ts';
import { mistake } from '../../mistake.ts';
import { planAndWrite } from '../../plan-and-write.ts';
import { printJson, type Terminal } from '../../terminal.ts';
import { quietly, withFiles, withRuntime } from '../../with-runtime.ts';

const takes = { dryRun: toggle('only show what would change'), json };

export const commands = {
  export: createCommand({
    takes: { json: toggle('print JSON, as it always does') },
    example: 'holdfast auth export > keys.json',
    run: exportKeys,
  }),
  import: createCommand({ takes, example: 'holdfast auth import < keys.json', run: importKeys }),
};

const catalogue = createCatalogue(builtinEntries);

/** Prints JSON: what `auth import` reads. */
async function exportKeys(terminal: Terminal): Promise<number> {
  const keys = await withRuntime(quietly, (runtime) =>
    exportReferences(runtime.config().pools, runtime.host.environment.get('HOME')),
  );
  printJson(terminal, 'holdfast.auth-export/1', { keys });
  for (const { provider, label, left_out: why } of keys) {
    if (why !== undefined) terminal.talk(`${provider} ${label} has no reference: ${why}\n`);
  }
  return 0;
}

/** Reads an export from stdin; shows the change of the config, and makes it. */
async function importKeys(terminal: Terminal, { dryRun, json }: Given<typeof takes>): Promise<number> {
  const keys = parseExport(await terminal.readInput());
  if (keys === undefined) {
    throw mistake(
      'what came on stdin is no export of keys',
      'holdfast auth export > keys.json there, and holdfast auth import < keys.json here',
    );
  }
  return withFiles(async (host, { configFile: path }) => {
    const makePlan = (): Import => planImport(host, path, keys);
    const isWorthWriting = ({ imported }: Import): boolean => imported.added.length > 0;
    const planning = { path, makePlan, isWorthWriting, mayWrite: !dryRun };
    const [{ imported, diff }, { isWritten, backup }] = await planAndWrite(host, planning);
    if (json) {
      const { added, skipped } = imported;
      printJson(terminal, 'holdfast.auth-import/1', { added, skipped, diff, written: isWritten, backup });
      return 0;
    }
    terminal.out(diff);
    for (const { key, because } of imported.skipped)
      terminal.talk(`${key.provider} ${key.label} was left out: ${because}\n`);
    terminal.talk(`${describeEnd(path, { isWritten, backup, count: imported.added.length })}\n`);
    return 0;
  });
}

interface Import {
  readonly before: ConfigBefore | undefined;
  readonly after: string;
  readonly imported: Imported;
  readonly diff: string;
}

function planImport(host: Host, path: string, keys: readonly ExportedKey[]): Import {
  const before = readConfigBefore(host, path);
  const isBuiltin = (provider: string): boolean => catalogue.get(provider) !== undefined;
  const imported = importReferences(before?.text ?? newConfigText(schemaPath()), keys, isBuiltin);
  check(host, before?.text, imported);
  const old = before === undefined ? undefined : { name: path, text: before.text };
  const diff = imported.added.length === 0 ? '' : unifiedDiff(old, { name: path, text: imported.text });
  return { before, after: imported.text, imported, diff };
}

/** Nothing is written that makes a config unusable; what was wrong with it before is no reason. */
function check(host: Host, before: string | undefined, { text, added }: Imported): void {
  if (added.length === 0) return;
  const scene = { host, paths: resolvePaths(host.environment), catalogue };
  const known = before === undefined ? [] : checkConfigText(scene, before).problems;
  const told = new Set(known.map(({ key, message }) => `${key}\n${message}`));
  const { problems, lacksKey } = checkConfigText(scene, text);
  const caused = problems.filter(
    ({ key, message, severity }) => severity === undefined && !told.has(`${key}\n${message}`),
  );
  if (!lacksKey && caused.length > 0) throw new ConfigError('config-invalid', caused);
}

function describeEnd(
  path: string,
  end: { readonly isWritten: boolean; readonly backup: string | undefined; readonly count: number },
): string {
  if (end.count === 0) return 'there is nothing to add';
  if (!end.isWritten) return `dry run: ${end.count} key(s) would be added to ${path}`;
  const old = end.backup === undefined ? '' : `; the old one is ${end.backup}`;
  return `${end.count} key(s) were added to ${path}${old}`;
}
