import { describe, expect, it } from 'vitest';
import { createTrouble, exitOf, type Severity } from '../../explain/doctor/troubles.ts';
import { troubleLines } from './plan-lines.ts';

const severities: readonly Severity[] = ['broken', 'odd', 'resting', 'unknown'];
const exits = [undefined, 0, 1, 3, 4] as const;

describe('the sign of a trouble', () => {
  it.each(severities.flatMap((severity) => exits.map((exit) => ({ severity, exit }))))(
    'is ✗ exactly where the exit status tells of it: $severity, $exit',
    ({ severity, exit }) => {
      const trouble = createTrouble(severity, 'it', exit === undefined ? {} : { exit });
      expect(troubleLines(trouble).startsWith('✗')).toBe(exitOf([trouble]) !== 0);
    },
  );
});
