/**
 * Plans `holdfast import hermes`: reads a folder and returns the new config with all remarks. It
 * writes nothing.
 */

import type { CheckContext } from '../../config/holder/check-text.ts';
import { resolveUnconfiguredGateway } from '../../config/resolve/resolve-gateway.ts';
import { showLeaf } from '../../config/schema/show-leaf.ts';
import { listLeaves } from '../../config/schema/values.ts';
import { readDocument } from '../../config/yaml/document.ts';
import { AccessError, ConfigError } from '../../errors.ts';
import type { Environment } from '../../host.ts';
import { unifiedDiff } from '../unified-diff.ts';
import { type ConfigBefore, readConfigBefore } from '../write-config.ts';
import { findConflict, noteLeftBehind, noteRows } from './conflicts.ts';
import { dropEmpty, mergeIntoConfig } from './merge.ts';
import { Part } from './part.ts';
import { type HermesContext, toSettings } from './providers.ts';
import { readHermes } from './read-files.ts';
import type { KeyConflict, Remark } from './remarks.ts';
import { readHermesChain, readMain, readTasks, showTarget } from './targets.ts';

export interface ImportPlan {
  /** The folder that was read. */
  readonly from: string;
  /** The file that would be written. */
  readonly configFile: string;
  /** Its present content; absent if there is no file. */
  readonly before?: ConfigBefore | undefined;
  readonly after: string;
  /** Is unified, has no secret, and is empty if nothing changes. */
  readonly diff: string;
  readonly conflicts: readonly KeyConflict[];
  readonly remarks: readonly Remark[];
}

export interface ImportContext extends CheckContext {
  /** A new config file begins with this text. */
  readonly newText: string;
}

/**
 * Plans an import. Throws if there is nothing to read, or if their config or ours is no valid YAML.
 */
export function planImport({ newText, host, paths }: ImportContext, folder: string): ImportPlan {
  const { configFile } = paths;
  const before = readConfigBefore(host, configFile);
  const ours = readOurs(configFile, before?.text ?? '');
  const found = readHermes(host, folder);
  const gateway = findOurGateway(host.environment, ours);
  const hermes: HermesContext = {
    ...found,
    ours,
    gateway,
    providers: [],
    read: new Set(),
  };
  const { redactor, remarks, providers } = hermes;
  const settings = translate(hermes);
  // the last check: whatever the files look like, no secret may be written here (law 2)
  if (redactor.mentions(JSON.stringify(settings))) throw wouldCopy(folder);
  const merged = mergeIntoConfig(before?.text ?? newText, settings);
  noteLeftBehind(hermes);
  for (const provider of providers) noteRows(provider);
  for (const key of merged.kept) remarks.add('kept', { where: `${configFile} ${key}` });
  const old = before && { name: configFile, text: before.text };
  // a file without a setting would only switch off the zero-config mode
  const isNothing = Object.keys(settings).length === 0;
  const diff = isNothing ? '' : unifiedDiff(old, { name: configFile, text: merged.text });
  const redact = (text: string): string => redactor.redact(text);
  return {
    from: folder,
    configFile,
    before,
    after: merged.text,
    diff: redact(hideLiterals(diff, ours)),
    conflicts: providers.flatMap(findConflict),
    remarks: remarks.all.map((remark) => redactEach(remark, redact)),
  };
}

/** Returns our settings, with references only, and adds remarks for the rest. */
function translate(context: HermesContext): object {
  const { config } = context;
  const target = readMain(context);
  const main = target && showTarget(target);
  const lists = [config.at('fallback_providers'), config.at('fallback_model')];
  const fallbacks = new Set(lists.flatMap((list) => readHermesChain(context, list)));
  if (main !== undefined) fallbacks.delete(main);
  const auxiliary = readTasks(context, target);
  const providers = Object.fromEntries(
    context.providers.map((provider) => [provider.name, toSettings(provider)]),
  );
  return dropEmpty({
    main,
    fallback_chain: [...fallbacks],
    providers: dropEmpty(providers),
    auxiliary,
  });
}

function findOurGateway(environment: Environment, ours: Part): HermesContext['gateway'] {
  const { host, port } = resolveUnconfiguredGateway(environment);
  const own = ours.at('gateway');
  return { host: own.text('host') ?? host.value, port: own.number('port') ?? port.value };
}

/** Throws if our config is no valid YAML. */
function readOurs(path: string, text: string): Part {
  const { value, problems } = readDocument(path, text);
  if (problems.length > 0) throw new ConfigError('config-invalid', problems);
  return new Part(value ?? {}, { path });
}

function wouldCopy(folder: string): AccessError {
  return new AccessError(
    'local-fault',
    `a key of ${folder} would have been copied; nothing is written`,
    {
      fix: 'look for a key in a name, an address or extra_body there, or write the settings by hand',
    },
  );
}

function redactEach(remark: Remark, redact: (text: string) => string): Remark {
  const { where, text, fix } = remark;
  return {
    ...remark,
    where: redact(where),
    text: redact(text),
    fix: fix && { ...fix, text: redact(fix.text) },
  };
}

/** Hides keys in plain text in our own config, of any length. */
function hideLiterals(text: string, ours: Part): string {
  const leaves = listLeaves(ours.value, []).filter(
    ({ path, leaf }) => showLeaf(path, leaf) !== leaf,
  );
  const literals = leaves.map(({ leaf }) => String(leaf)).filter((literal) => literal !== '');
  return literals.reduce((shown, literal) => shown.replaceAll(literal, '[redacted]'), text);
}
