/** The gateway's key in the file where an agent keeps its secrets: one value of it, never shown. */

import { isDeepStrictEqual, parseEnv } from 'node:util';
import { AccessError } from '../errors.ts';
import type { ConfigBefore } from '../imports/write-config.ts';
import { isRecord } from '../protocols/is-record.ts';
import { editJson, parseJson } from './formats/json.ts';
import type { PlannedFile } from './planned-file.ts';
import type { KeyFile } from './settings.ts';

/** Only its owner reads a file with a key in it. */
const ownerOnly = 0o600;

/** What is known before: the file as it is, the key, and the command that prints the key. */
interface KnownLine {
  readonly before: ConfigBefore | undefined;
  /** Undefined: it is not made yet, and the plan is only shown. */
  readonly key: string | undefined;
  readonly keyLine: string;
}

/** Throws `local-fault` for a file in which the key cannot be put safely. */
export function planKeyFile(file: KeyFile, known: KnownLine): PlannedFile {
  const { path, variable } = file;
  const { before, key, keyLine } = known;
  const after = putKey(file, known);
  const place = `<what \`${keyLine}\` prints>`;
  const settings = file.format === 'json' ? `{ "${variable}": "${place}" }\n` : `${variable}=${place}\n`;
  const isThere = key !== undefined && after === before?.text;
  const changes = [...showMode(before), ...(isThere ? [] : [`+${settings.trimEnd()}`])];
  const head = `--- ${before === undefined ? '/dev/null' : path}\n+++ ${path}\n`;
  return {
    path,
    ...(before === undefined ? {} : { before }),
    after,
    mode: ownerOnly,
    settings,
    diff: changes.length === 0 ? '' : `${head}${changes.join('\n')}\n`,
  };
}

/** The new text, which says what the old one said, and the key. */
function putKey(file: KeyFile, { before, key = '', keyLine }: KnownLine): string {
  const { variable, format } = file;
  const text = before?.text ?? '';
  const { read, put } = formats[format];
  try {
    const expected = { ...read(text), [variable]: key };
    const after = isDeepStrictEqual(read(text), expected) ? text : put(text, variable, key);
    if (isDeepStrictEqual(read(after), expected)) return after;
  } catch (error) {
    throw cannotChange(file, keyLine, error);
  }
  throw cannotChange(file, keyLine);
}

interface Format {
  /** Every variable and its value. */
  readonly read: (text: string) => Readonly<Record<string, unknown>>;
  readonly put: (text: string, variable: string, value: string) => string;
}

const formats: Readonly<Record<KeyFile['format'], Format>> = {
  dotenv: { read: (text) => ({ ...parseEnv(text) }), put: setVariable },
  json: {
    read: (text) => {
      const value = parseJson(text);
      return isRecord(value) ? value : {};
    },
    put: (text, variable, value) => editJson(text, [{ path: [variable], value }]),
  },
};

function showMode(before: ConfigBefore | undefined): readonly string[] {
  if (before === undefined || before.mode === ownerOnly) return [];
  return [`old mode ${before.mode.toString(8)}`, `new mode ${ownerOnly.toString(8)}`];
}

/** In place of the line that sets it, or at the end; one that is set twice stays once. */
function setVariable(text: string, variable: string, value: string): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const assignment = new RegExp(`^\\s*(?:export\\s+)?${variable}\\s*=`);
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const first = lines.findIndex((one) => assignment.test(one));
  const kept = lines.filter((one, index) => index === first || !assignment.test(one));
  const line = `${variable}=${value}`;
  const all = first < 0 ? [...kept, line] : kept.with(first, line);
  return `${all.join(newline)}${newline}`;
}

function cannotChange({ path, variable }: KeyFile, keyLine: string, cause?: unknown): AccessError {
  const message = `${path} cannot be changed: its layout is unusual, and a change might harm it; nothing is written`;
  return new AccessError('local-fault', message, {
    howToFix: `put ${variable} there by hand, with what \`${keyLine}\` prints`,
    ...(cause === undefined ? {} : { cause }),
  });
}
