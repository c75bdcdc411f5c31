/**
 * Values that are allowed and hardly meant: a number that is right in another unit, a character
 * that only looks like the right one. They are used as they are, and warned of.
 */

import { shellLine } from '../../host/shell-line.ts';
import { formatKeyPath } from '../schema/key-paths.ts';
import type { KeyPath } from '../schema/schema.ts';
import { isInSeconds } from '../schema/schema-walk.ts';
import { listLeaves } from '../schema/values.ts';
import { findOddCharacter, typePlainly } from '../secrets/judge-secret.ts';
import { writeConfigValue } from '../yaml/edit.ts';
import { formatSource, type ResolveContext } from './resolve-context.ts';

/** Nobody waits almost three hours, and limits in milliseconds are often longer than this. */
const hardlySeconds = 10_000;

/** USD for a million tokens. No model is so cheap, and every price of one token is. */
const hardlyAPrice = 0.0005;

export function warnOfHardlyMeant(context: ResolveContext): void {
  for (const { path, leaf } of listLeaves(context.settings, [])) {
    if (typeof leaf === 'string' && isName(path)) warnOfCharacter(context, path, leaf);
    if (typeof leaf !== 'number') continue;
    if (isInSeconds(path) && leaf >= hardlySeconds)
      warn(context, path, {
        is: `${leaf} seconds`,
        meant: 'milliseconds were meant',
        value: leaf / 1000,
      });
    if (path[0] === 'prices' && leaf > 0 && leaf < hardlyAPrice)
      warn(context, path, {
        is: `${leaf} USD for a million tokens`,
        meant: 'it is the price of one token',
        value: Number((leaf * 1_000_000).toPrecision(12)),
      });
  }
}

function warn(
  { findings, document }: ResolveContext,
  path: KeyPath,
  odd: { readonly is: string; readonly meant: string; readonly value: number },
): void {
  const key = formatKeyPath(path);
  findings.warn('odd-unit', `${formatSource(document, path)} ${key} is ${odd.is}`, {
    text: `if ${odd.meant}`,
    command: shellLine`holdfast config set ${key} ${odd.value}`,
  });
}

/** Texts for programs, which show no key. */
const names = /^(main|model|provider|base_url|protocol|fallback_chain|aliases)$/;

function isName(path: KeyPath): boolean {
  const last = path.findLast((part) => typeof part === 'string') ?? '';
  return names.test(last) || path[0] === 'aliases';
}

function warnOfCharacter(
  { findings, document }: ResolveContext,
  path: KeyPath,
  leaf: string,
): void {
  const odd = findOddCharacter(leaf);
  const key = formatKeyPath(path);
  const [end] = /[,;]+$/.exec(leaf) ?? [];
  if (end !== undefined)
    findings.warn('odd-character', `${formatSource(document, path)} ${key} ends with "${end}"`, {
      text: 'if it is no part of the name',
      command: shellLine`holdfast config set ${key} ${writeConfigValue(leaf.slice(0, -end.length))}`,
    });
  if (odd === undefined) return;
  findings.warn(
    'odd-character',
    `${formatSource(document, path)} ${key} has ${odd.words} (${odd.code})`,
    {
      text: 'if a plain one was meant',
      command: shellLine`holdfast config set ${key} ${writeConfigValue(typePlainly(leaf))}`,
    },
  );
}
