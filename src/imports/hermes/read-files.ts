/**
 * Reads the three files of a Hermes folder, and its managed `.env`. Broken parts become remarks.
 */

import { createDotenv } from '../../config/files/dotenv.ts';
import { listLeaves } from '../../config/schema/values.ts';
import { readDocument } from '../../config/yaml/document.ts';
import { Redactor } from '../../credentials/redact/redact.ts';
import { AccessError } from '../../errors.ts';
import { describeFileFault } from '../../host/file-fault.ts';
import type { Environment, Host } from '../../host.ts';
import { parseOrNothing } from '../../protocols/json/is-record.ts';
import { Part } from './part.ts';
import { Remarks } from './remarks.ts';
import { type KeyPlace, referenceIn, toPlace, Variables } from './variables.ts';

/**
 * All that an import knows of the other agent. It has secrets, so it stays in memory and is never
 * printed.
 */
export interface HermesFound {
  /** `config.yaml` and `auth.json`; a missing file is empty. */
  readonly config: Part;
  readonly auth: Part;
  readonly dotenvPath: string;
  readonly variables: Variables;
  /** Knows every secret that was read, so that none is written or printed. */
  readonly redactor: Redactor;
  readonly remarks: Remarks;
}

/** Returns `$HERMES_HOME`, else `~/.hermes`. */
export function hermesFolder(environment: Environment): string {
  const home = environment.get('HOME') ?? environment.get('USERPROFILE') ?? '';
  return environment.get('HERMES_HOME') || `${home}/.hermes`;
}

/**
 * Reads a folder. Throws `request-invalid` if it has neither a config nor a key, or its YAML is
 * broken.
 */
export function readHermes(host: Host, folder: string): HermesFound {
  const remarks = new Remarks();
  const dotenvPath = `${folder}/.env`;
  const config = readHermesConfig(host, `${folder}/config.yaml`, remarks);
  const own = readHermesVariables(host, dotenvPath, remarks);
  const auth = readStore(host, `${folder}/auth.json`, remarks);
  if (config.value === undefined && own.length === 0 && auth.value === undefined) {
    const message = `${folder} holds no config.yaml, .env or auth.json of Hermes`;
    const fix = 'name the folder: holdfast import hermes --from DIR, or set HERMES_HOME';
    throw new AccessError('request-invalid', message, { fix });
  }
  const managedFolder = host.environment.get('HERMES_MANAGED_DIR');
  const managed = managedFolder ? readHermesVariables(host, `${managedFolder}/.env`, remarks) : [];
  const settings = [...managed, ...own];
  const variables = new Variables(settings, (name) => host.environment.get(name));
  return {
    config,
    auth,
    dotenvPath,
    variables,
    redactor: listSecrets(settings, [config, auth]),
    remarks,
  };
}

/** Values of variables and keys with such names are secrets. */
const secretName = /(key|token|secret|password)$/i;

function listSecrets(settings: readonly KeyPlace[], parts: readonly Part[]): Redactor {
  const redactor = new Redactor();
  const inFiles = settings.map(({ key, value }) => ({ path: [key.label], leaf: value }));
  const inParts = parts.flatMap(({ value }) => listLeaves(value ?? {}, []));
  for (const { path, leaf } of [...inFiles, ...inParts])
    if (
      typeof leaf === 'string' &&
      secretName.test(String(path.at(-1))) &&
      referenceIn(leaf) === undefined
    )
      redactor.register(leaf.trim());
  return redactor;
}

/**
 * Rejects a config that is no valid YAML: Hermes would ignore it and use its defaults, which nobody
 * wants to import.
 */
function readHermesConfig(host: Host, path: string, remarks: Remarks): Part {
  const text = readHermesFile(host, path);
  if (text === undefined) remarks.add('no-config', { where: path });
  const document = readDocument(path, text ?? '');
  const [problem] = document.problems;
  const value = text === undefined ? undefined : (document.value ?? {});
  if (problem === undefined)
    return new Part(value, { path, lineOf: (at) => document.locate(at)?.line });
  const place = [path, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  throw new AccessError('request-invalid', `${place} is not valid YAML: ${problem.message}`, {
    fix: 'correct it and import again. Hermes itself replaces the whole config by its defaults meanwhile',
  });
}

function readHermesVariables(host: Host, path: string, remarks: Remarks): readonly KeyPlace[] {
  const { variables, unreadable } = createDotenv(host, path).current();
  if (unreadable !== undefined) remarks.add('unreadable', { where: path }, { reason: unreadable });
  const lines = (readHermesFile(host, path) ?? '').matchAll(
    /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm,
  );
  const names = [...lines].map(([, name]) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) < index);
  for (const variable of repeated) remarks.add('variable-repeated', { where: path }, { variable });
  return [...variables].map(([variable, { value, line }]) =>
    toPlace(variable, value, { path, line }),
  );
}

/** Ignores a file that is no valid JSON without its parse error, which would quote keys. */
function readStore(host: Host, path: string, remarks: Remarks): Part {
  const corrupt = `${path}.corrupt`;
  if (host.files.stamp(corrupt) !== undefined) remarks.add('store-was-corrupt', { where: corrupt });
  const text = readHermesFile(host, path);
  const value = parseOrNothing(text ?? '');
  if (text !== undefined && value === undefined) remarks.add('store-is-corrupt', { where: path });
  return new Part(value, { path });
}

function readHermesFile({ files }: Host, path: string): string | undefined {
  try {
    return files.stamp(path) === undefined ? undefined : files.readText(path);
  } catch (error) {
    throw cannotReadHermes(path, error);
  }
}

function cannotReadHermes(path: string, cause: unknown): AccessError {
  return new AccessError('request-invalid', `${path} cannot be read: ${describeFileFault(cause)}`, {
    cause,
  });
}
