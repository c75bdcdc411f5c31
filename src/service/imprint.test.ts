import { describe, expect, it } from 'vitest';
import { imprintText, judgeImprint } from './imprint.ts';

const planned = imprintText('# {imprint}\n[Service]\nRestartSec=5\n');
const other = imprintText('# {imprint}\n[Service]\nRestartSec=7\n');

describe('judgeImprint', () => {
  it.each([
    ['absent', undefined],
    ['current', planned],
    ['current, of another version', planned.replace(/holdfast \S+,/, 'holdfast 9.9.9,'), 'current'],
    ['stale', other],
    ['edited', planned.replace('RestartSec=5', 'RestartSec=6')],
    ['edited, without a mark', '[Service]\nRestartSec=6\n', 'edited'],
    ['current, whose mark somebody took out', '[Service]\nRestartSec=5\n', 'current'],
  ])('finds a file %s', (name, installed, expected = name) => {
    expect(judgeImprint(installed, planned)).toBe(expected);
  });

  it.each([
    ['current', undefined],
    ['stale', planned],
    ['edited', planned.replace('RestartSec=5', 'RestartSec=6')],
  ])('finds a file that should not be there %s', (expected, installed) => {
    expect(judgeImprint(installed, undefined)).toBe(expected);
  });
});
