/** Writes a Hermes folder on a fake host, and plans its import. */

import { parse } from 'yaml';
import { resolvePaths } from '../../src/config/files/paths.ts';
import { type ChangeCheck, checkChange } from '../../src/config/holder/check-text.ts';
import { newConfigText } from '../../src/config/yaml/edit.ts';
import { type ImportPlan, planImport } from '../../src/imports/hermes/plan.ts';
import { createFakeHost } from './fake-host.ts';

export interface HermesFiles {
  readonly config?: string;
  readonly dotenv?: string;
  /** An object, or a text that is no JSON. */
  readonly auth?: object | string;
  readonly corrupt?: string;
  readonly managed?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Our own config file. */
  readonly ours?: string;
}

export interface Planned extends ImportPlan {
  /** The text afterwards, parsed. */
  readonly settings: unknown;
  /** `code where`, in order, without the folder. */
  readonly codes: readonly string[];
  readonly check: ChangeCheck;
}

export function planFrom(files: HermesFiles): Planned {
  const auth = typeof files.auth === 'object' ? JSON.stringify(files.auth) : files.auth;
  const texts: Record<string, string | undefined> = {
    '/a/config.yaml': files.config,
    '/a/.env': files.dotenv,
    '/a/auth.json': auth,
    '/a/auth.json.corrupt': files.corrupt,
    '/m/.env': files.managed,
    '/h/config.yaml': files.ours,
  };
  const present = Object.entries(texts).flatMap(([path, text]) =>
    text === undefined ? [] : [[path, text] as const],
  );
  const managed = files.managed === undefined ? {} : { HERMES_MANAGED_DIR: '/m' };
  const host = createFakeHost({
    files: Object.fromEntries(present),
    environment: { HOLDFAST_HOME: '/h', ...managed, ...files.environment },
  });
  const scene = {
    host,
    paths: resolvePaths(host.environment),
    newText: newConfigText('/schema.json'),
  };
  const plan = planImport(scene, '/a');
  const codes = plan.remarks.map(({ code, where }) => `${code} ${where.replace('/a/', '')}`);
  const check = checkChange(scene, plan.before?.text, plan.after);
  return { ...plan, settings: parse(plan.after), codes, check };
}

/** Returns a key without any vendor's prefix, different at each call. */
export function createTestKey(): string {
  return `sk-test-${crypto.randomUUID().replaceAll('-', '')}`;
}
