/** Keeps the defaults that hand-written pages tell: behind a key, in brackets, stands what holds without it. Pure. */

import { defaults } from '../../src/model/defaults.ts';

const { gateway, command, maxWait } = defaults;

/** As pages name a key, and the seconds behind it. */
const told: readonly (readonly [key: string, ...seconds: number[]])[] = [
  ['gateway.drain_timeout', gateway.drainTimeout],
  ['gateway.send_timeout', gateway.sendTimeout],
  ['max_wait', maxWait.streamed, maxWait.whole],
  ['timeout', command.timeout],
  ['ttl', command.ttl],
];

/** `` `ttl` (300 s `` with the number that holds, wherever a page has it. */
export function keepDefaults(page: string): string {
  return told.reduce((text, [key, ...seconds]) => {
    const now = seconds.map((count) => `${count} s`).join('; ');
    const before = seconds.map(() => '\\d+ s').join('; ');
    return text.replaceAll(new RegExp(`(\`${key.replace('.', '\\.')}\`\\s\\()${before}`, 'g'), `$1${now}`);
  }, page);
}
