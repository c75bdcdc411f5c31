/** The table of failure classes follows the classes; what is written by hand around it stays. */

import { describe, expect, it } from 'vitest';
import { failureClasses } from '../../src/failures/classes.ts';
import { updateClasses } from './update-classes.ts';

const head = 'before\n\n| class | meaning | what is done, in order | remark |\n|---|---|---|---|\n';

describe('the table of failure classes', () => {
  it('gets a row for each class, with its meaning, its steps and its remark', () => {
    const kept = updateClasses(
      `${head}| \`gone\` | x | y | z |\n| \`tls\` | old | old | an old one |\n\nafter\n`,
    );
    const rows = kept.slice(head.length, kept.indexOf('\n\nafter')).split('\n');
    expect(rows).toHaveLength(Object.keys(failureClasses).length);
    expect(rows).toContain(
      '| `tls` | no secure connection: a certificate is not trusted, or TLS is refused | next target |  |',
    );
    expect(rows).toContain(
      '| `empty` | the answer has no content | one retry → next target | then the empty answer is passed on |',
    );
    expect(rows).toContain(
      '| `connect` | no connection to the provider | one retry → next target → wait |  |',
    );
    expect(kept.startsWith(head)).toBe(true);
    expect(kept.endsWith('\n\nafter\n')).toBe(true);
  });

  it('says of each class without a step that it stops', () => {
    expect(updateClasses(`${head}\n\n`)).toMatch(/\| `content-policy` \| [^|]+ \| stop \|/);
  });

  it('stays as it is when it is true', () => {
    const once = updateClasses(`${head}| \`empty\` |  |  | then that |\n\n`);
    expect(updateClasses(once)).toBe(once);
  });

  it('is missed where its head is gone', () => {
    expect(() => updateClasses('# Errors\n')).toThrow('docs/errors.md has no table');
  });
});
