import { describe, expect, it } from 'vitest';
import { judgeSeal, sealText } from './seal.ts';

const planned = sealText('# {seal}\n[Service]\nRestartSec=5\n');
const other = sealText('# {seal}\n[Service]\nRestartSec=7\n');

describe('judgeSeal', () => {
  it.each([
    ['absent', undefined],
    ['current', planned],
    ['current, of another version', planned.replace(/holdfast \S+,/, 'holdfast 9.9.9,'), 'current'],
    ['stale', other],
    ['edited', planned.replace('RestartSec=5', 'RestartSec=6')],
    ['edited, without a mark', '[Service]\nRestartSec=6\n', 'edited'],
    ['current, whose mark somebody took out', '[Service]\nRestartSec=5\n', 'current'],
  ])('finds a file %s', (name, installed, expected = name) => {
    expect(judgeSeal(installed, planned)).toBe(expected);
  });
});
