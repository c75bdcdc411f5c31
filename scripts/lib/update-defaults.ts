/** Updates the defaults in hand-written pages, which are in brackets after a key. Pure. */

import { defaults } from '../../src/model/defaults.ts';

const {
  gateway,
  command,
  descriptions,
  log,
  maxWait,
  records,
  sessions,
  taskTimeout,
  wholeAnswer,
} = defaults;
const MiB = 2 ** 20;

/** Each entry has the key as pages write it, its unit, and the numbers after it. */
const told: readonly (readonly [key: string, unit: string, ...amounts: number[]])[] = [
  ['gateway.drain_delay', 's', gateway.drainDelay.fleet],
  ['gateway.drain_timeout', 's', gateway.drainTimeout],
  ['gateway.send_timeout', 's', gateway.sendTimeout],
  ['max_wait', 's', maxWait.streamed, maxWait.whole],
  ['timeout', 's', command.timeout],
  ['ttl', 's', command.ttl],
  ['limits.whole', 's', wholeAnswer.free, wholeAnswer.last],
  ['auxiliary.title_generation.timeout', 's', taskTimeout.title_generation],
  ['auxiliary.vision.timeout', 's', taskTimeout.vision],
  ['log.keep', 'files', log.keep],
  ['records.days', 'days', records.days],
  ['sessions.keep', 'days', sessions.keep],
  ['sessions.max_bytes', 'MiB', sessions.maxBytes / MiB],
  ['descriptions.keep', 'days', descriptions.keep],
  ['descriptions.max_bytes', 'MiB', descriptions.maxBytes / MiB],
];

/** Replaces the number in `` `ttl` (300 s `` by the default, wherever a page has it. */
export function updateDefaults(page: string): string {
  return told.reduce((text, [key, unit, ...amounts]) => {
    const now = amounts.map((amount) => `${amount} ${unit}`).join('; ');
    const before = amounts.map(() => `\\d+ ${unit}`).join('; ');
    return text.replaceAll(
      new RegExp(`(\`${key.replaceAll('.', '\\.')}\`\\s\\()${before}`, 'g'),
      `$1${now}`,
    );
  }, page);
}
