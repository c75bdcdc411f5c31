/** `holdfast import hermes`, from a folder to what would be written and what there is to say about it. Writes nothing. */

import { checkConfigText, type TextCheck } from '../../config/check-text.ts';
import type { Paths } from '../../config/files/paths.ts';
import { listLeaves } from '../../config/load.ts';
import { wholeVariable } from '../../config/resolve/interpolate.ts';
import { isSecretPath } from '../../config/schema/schema.ts';
import { readDocument, type SourceDocument } from '../../config/yaml/document.ts';
import { AccessError, ConfigError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import type { Catalogue } from '../../providers/catalogue.ts';
import { unifiedDiff } from '../unified-diff.ts';
import { type ConfigBefore, readConfigBefore } from '../write-config.ts';
import { findConflicts, type KeyConflict, noteRows } from './conflicts.ts';
import { mergeInto } from './merge.ts';
import type { KnownAddresses } from './provider-book.ts';
import { type HermesFound, readHermes } from './read-files.ts';
import { type Remark, Remarks } from './remarks.ts';
import { type Translated, translate } from './translate.ts';

export interface ImportPlan {
  /** The folder that was read. */
  readonly from: string;
  /** The file that would be written. */
  readonly configFile: string;
  /** As it is now; absent when there is none. */
  readonly before?: ConfigBefore;
  /** Its text afterwards. */
  readonly after: string;
  /** Unified, without a secret; empty when nothing changes. */
  readonly diff: string;
  readonly conflicts: readonly KeyConflict[];
  readonly remarks: readonly Remark[];
  /** Whether the result would be a configuration. */
  readonly check: TextCheck;
}

export interface ImportScene {
  readonly host: Host;
  readonly paths: Paths;
  readonly catalogue: Catalogue;
  /** Text of a config file that is new. */
  readonly newText: string;
}

/** Plans an import. Throws when nothing is there to read, or when a config, theirs or ours, is no YAML. */
export function planImport(scene: ImportScene, folder: string): ImportPlan {
  const { host, paths, catalogue } = scene;
  const before = readConfig(host, paths.configFile);
  const found = readHermes(host, folder);
  const translated = translate(found, catalogue, listExisting(before?.document));
  refuseSecrets(found, translated);
  const merged = mergeInto(before?.text ?? scene.newText, translated.settings);
  const old = before === undefined ? undefined : { name: paths.configFile, text: before.text };
  const diff = unifiedDiff(old, { name: paths.configFile, text: merged.text });
  const remarks = collectRemarks({ found, translated, kept: merged.kept, configFile: paths.configFile });
  return {
    from: folder,
    configFile: paths.configFile,
    ...(before === undefined ? {} : { before }),
    after: merged.text,
    diff: found.redactor.redact(hideLiterals(diff, before?.document)),
    conflicts: findConflicts(found, translated.providers),
    remarks: remarks.map((remark) => clean(remark, found)),
    check: checkConfigText(scene, merged.text),
  };
}

interface ReadConfig extends ConfigBefore {
  readonly document: SourceDocument;
}

function readConfig(host: Host, path: string): ReadConfig | undefined {
  const before = readConfigBefore(host, path);
  if (before === undefined) return undefined;
  const document = readDocument(path, before.text);
  if (document.problems.length > 0) throw new ConfigError('config-invalid', document.problems);
  return { ...before, document };
}

/** Our own providers and their addresses, in the one protocol that is compared. */
function listExisting(document: SourceDocument | undefined): KnownAddresses {
  const known = new Map<string, string | undefined>();
  for (const { path, leaf } of listLeaves(document?.value ?? {}, [])) {
    const [top, name, field] = path;
    if (top !== 'providers' || typeof name !== 'string') continue;
    const isAddress = field === 'base_url' || (field === 'base_urls' && path[3] === 'openai-chat');
    if (isAddress && typeof leaf === 'string') known.set(name, leaf.replace(/\/+$/, ''));
    else if (!known.has(name)) known.set(name, undefined);
  }
  return known;
}

/** The last lock: whatever a file there looks like, no secret of it is written here (law 2). */
function refuseSecrets({ redactor, folder }: HermesFound, { settings }: Translated): void {
  if (!redactor.mentions(JSON.stringify(settings))) return;
  throw new AccessError('local-fault', `a key of ${folder} would have been copied; nothing is written`, {
    howToFix: 'look for a key in a name, an address or extra_body there, or write the settings by hand',
  });
}

function collectRemarks(scene: {
  readonly found: HermesFound;
  readonly translated: Translated;
  readonly kept: readonly string[];
  readonly configFile: string;
}): readonly Remark[] {
  const remarks = new Remarks();
  for (const remark of scene.translated.remarks) remarks.add(remark);
  noteRows({ found: scene.found, remarks }, scene.translated.providers);
  for (const key of scene.kept) {
    const where = `${scene.configFile} ${key}`;
    remarks.add({
      kind: 'note',
      code: 'kept',
      where,
      text: 'says something else already and stays as it is',
    });
  }
  return remarks.all;
}

function clean(remark: Remark, { redactor }: HermesFound): Remark {
  return {
    ...remark,
    where: redactor.redact(remark.where),
    text: redactor.redact(remark.text),
    ...(remark.howToFix === undefined ? {} : { howToFix: redactor.redact(remark.howToFix) }),
  };
}

/** Keys that stand in our own config in plain sight, of any length. */
function hideLiterals(text: string, document: SourceDocument | undefined): string {
  const literals = listLeaves(document?.value ?? {}, []).flatMap(({ path, leaf }) =>
    isSecretPath(path) && typeof leaf === 'string' && wholeVariable(leaf) === undefined ? [leaf] : [],
  );
  return literals.reduce((shown, literal) => shown.replaceAll(literal, '[redacted]'), text);
}
