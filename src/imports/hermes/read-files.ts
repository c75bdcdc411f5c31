/** Reads the three files of a Hermes folder, and its managed `.env`; what is broken in them comes as remarks. */

import { createDotenv } from '../../config/files/dotenv.ts';
import { listLeaves } from '../../config/load.ts';
import { wholeVariable } from '../../config/resolve/interpolate.ts';
import { readDocument, type SourceDocument } from '../../config/yaml/document.ts';
import { Redactor } from '../../credentials/redact.ts';
import { AccessError } from '../../errors.ts';
import type { Environment, Host } from '../../host.ts';
import { type Remark, Remarks } from './remarks.ts';
import { type VariableFile, Variables } from './variables.ts';
import { type HermesAuth, type HermesConfig, parseHermesAuth, parseHermesConfig } from './wire.ts';

/** Everything an import knows of an existing agent. Holds secrets: it stays in memory and is never printed. */
export interface HermesFound {
  readonly folder: string;
  readonly config: HermesConfig;
  /** The text of `config.yaml`, for lines and for keys that no schema knows. */
  readonly document: SourceDocument;
  readonly dotenvPath: string;
  readonly authPath: string;
  readonly auth: HermesAuth;
  readonly variables: Variables;
  /** Knows every secret that was read: nothing of it is written or printed. */
  readonly redactor: Redactor;
  /** What is wrong with the files themselves. */
  readonly remarks: readonly Remark[];
}

/** `$HERMES_HOME`, else `~/.hermes`. */
export function hermesFolder(environment: Environment): string {
  const named = environment.get('HERMES_HOME');
  if (named) return named;
  return `${environment.get('HOME') ?? environment.get('USERPROFILE') ?? ''}/.hermes`;
}

/** Reads a folder. Throws `request-invalid` when there is neither a config nor any key in it, or its YAML is broken. */
export function readHermes(host: Host, folder: string): HermesFound {
  const remarks = new Remarks();
  const document = readConfigFile(host, `${folder}/config.yaml`, remarks);
  const dotenvPath = `${folder}/.env`;
  const authPath = `${folder}/auth.json`;
  const own = readVariableFile(host, dotenvPath, remarks);
  const auth = readAuthFile(host, authPath, remarks);
  if (document === undefined && own.variables.size === 0 && auth === undefined) throw nothingThere(folder);
  const managedFolder = host.environment.get('HERMES_MANAGED_DIR');
  const managed = managedFolder ? readVariableFile(host, `${managedFolder}/.env`, remarks) : undefined;
  const known = document ?? readDocument(`${folder}/config.yaml`, '');
  return {
    folder,
    config: parseHermesConfig(known.value),
    document: known,
    dotenvPath,
    authPath,
    auth: auth ?? parseHermesAuth({}),
    variables: new Variables({ managed, own }, (name) => host.environment.get(name)),
    redactor: listSecrets(known.value, [managed, own], auth),
    remarks: remarks.all,
  };
}

/** Names of variables and keys whose values are secrets. */
const secretName = /(key|token|secret|password)$/i;

function listSecrets(
  config: unknown,
  files: readonly (VariableFile | undefined)[],
  auth: HermesAuth | undefined,
): Redactor {
  const redactor = new Redactor();
  const inFiles = files.flatMap((file) =>
    [...(file?.variables ?? [])].map(([name, { value }]) => [name, value] as const),
  );
  const inDocuments = [...listLeaves(config, []), ...listLeaves(auth ?? {}, [])].map(
    ({ path, leaf }) => [String(path.at(-1) ?? ''), leaf] as const,
  );
  for (const [name, value] of [...inFiles, ...inDocuments]) {
    if (typeof value === 'string' && secretName.test(name) && wholeVariable(value) === undefined)
      redactor.register(value.trim());
  }
  return redactor;
}

function nothingThere(folder: string): AccessError {
  return new AccessError('request-invalid', `${folder} holds no config.yaml, .env or auth.json of Hermes`, {
    howToFix: 'name the folder: holdfast import hermes --from DIR, or set HERMES_HOME',
  });
}

/** A config that is no YAML is refused: Hermes runs on its defaults then, and nobody wants those carried over. */
function readConfigFile(host: Host, path: string, remarks: Remarks): SourceDocument | undefined {
  const text = readIfThere(host, path);
  if (text === undefined) {
    remarks.add({ kind: 'note', code: 'no-config', where: path, text: 'there is no config.yaml' });
    return undefined;
  }
  const document = readDocument(path, text);
  const [problem] = document.problems;
  if (problem === undefined) return document;
  const place = [path, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  throw new AccessError('request-invalid', `${place} is not valid YAML: ${problem.message}`, {
    howToFix: 'mend it and import again. Hermes itself replaces the whole config by its defaults meanwhile',
  });
}

function readVariableFile(host: Host, path: string, remarks: Remarks): VariableFile {
  const { variables, unreadable } = createDotenv(host, path).current();
  if (unreadable !== undefined) {
    const howToFix = 'make it readable, and import again';
    remarks.add({ kind: 'problem', code: 'unreadable', where: path, text: unreadable, howToFix });
  }
  for (const name of listRepeated(readIfThere(host, path) ?? '')) {
    const text = `${name} is set more than once; the last line counts`;
    remarks.add({ kind: 'note', code: 'variable-repeated', where: path, text });
  }
  return { path, variables };
}

function listRepeated(text: string): readonly string[] {
  const names = [...text.matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm)].map(([, name]) => name ?? '');
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function readAuthFile(host: Host, path: string, remarks: Remarks): HermesAuth | undefined {
  if (host.files.stamp(`${path}.corrupt`) !== undefined) {
    const text =
      'Hermes found its store broken once, put it aside here and began an empty one; its keys are still inside';
    remarks.add({ kind: 'seen', code: 'store-was-corrupt', where: `${path}.corrupt`, text });
  }
  const text = readIfThere(host, path);
  if (text === undefined) return undefined;
  try {
    return parseHermesAuth(JSON.parse(text));
  } catch {
    // the parser's message would quote the file, which holds keys
    remarks.add({
      kind: 'seen',
      code: 'store-is-corrupt',
      where: path,
      text: 'is not JSON. Hermes will put it aside and begin an empty store; nothing of it is imported',
      howToFix: 'mend it, or take its keys out by hand: holdfast auth add PROVIDER',
    });
    return undefined;
  }
}

function readIfThere(host: Host, path: string): string | undefined {
  try {
    return host.files.stamp(path) === undefined ? undefined : host.files.readText(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): AccessError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AccessError('request-invalid', `${path} cannot be read: ${reason}`, { cause });
}
