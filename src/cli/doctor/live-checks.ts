/** The checks of `holdfast doctor --live`: one small question to each key. */

import { fixKey } from '../../access/report/standing-fixes.ts';
import type { KeyRow } from '../../diagnostics/key-report.ts';
import type { KeyTest } from '../../diagnostics/test-key.ts';
import { joinFixes } from '../../errors.ts';
import {
  type Check,
  createTrouble,
  type Severity,
  type Trouble,
} from '../../explain/doctor/troubles.ts';
import { countNoun } from '../../explain/why/wording.ts';
import type { KeyVerdict } from '../../failures/row.ts';
import type { Fix } from '../../model/fix.ts';
import type { Runtime } from '../../runtime.ts';
import { describeRefusal } from '../terminal/key-lines.ts';
import type { CommandContext } from '../terminal/terminal.ts';

/** Runs one check per key. The cost is announced before anything is sent. */
export async function askKeys(
  { terminal, signal }: Pick<CommandContext, 'terminal'> & { readonly signal: AbortSignal },
  { keys }: Pick<Runtime, 'keys'>,
): Promise<readonly Check[]> {
  const rows = (await keys.report({ signal })).flatMap((pool) => pool.keys);
  terminal.talk(
    `--live asks ${countNoun(rows.length, 'key')} one question of about 20 tokens each\n`,
  );
  const checks: Check[] = [];
  for await (const test of keys.test({ signal })) {
    const troubles = judgeKeyTest(test);
    checks.push({ name: `the key ${test.row.id}`, look: () => troubles });
  }
  return checks;
}

/** Only the first two are said of the key itself. */
const findings: Readonly<Record<KeyVerdict, readonly [Severity, string] | undefined>> = {
  refused: ['odd', 'does not work'],
  missing: ['odd', 'does not work'],
  limited: ['odd', 'is not served now'],
  unreachable: ['unknown', 'could not be tested'],
  unclear: ['unknown', 'could not be tested'],
  works: undefined,
};

function judgeKeyTest({ row, ...test }: KeyTest & { readonly row: KeyRow }): readonly Trouble[] {
  const { verdict, verified, failure } = test;
  const finding = findings[verdict];
  if (finding === undefined) return [];
  const [severity, words] = finding;
  const said = failure === undefined ? verified : describeRefusal(failure);
  const what = `${row.id} (${row.foundAt}) ${words}: ${verdict}`;
  return [createTrouble(severity, what, { evidence: [said], fix: fixTest(row, test) })];
}

/** What mends the key where that is to blame; else what its request was told. */
function fixTest(row: KeyRow, { verdict, failure, fixes = [] }: KeyTest): Fix | undefined {
  const { provider, source, foundAt } = row;
  const place = { provider, source, foundAt };
  if (verdict === 'missing') return row.fix ?? fixKey({ ...place, state: 'missing' });
  const { class: cause, message: evidence, speaker } = failure ?? {};
  const fix = cause && fixKey({ ...place, state: 'out', cause, evidence, speaker });
  const text = joinFixes(fixes);
  return fix ?? (text === undefined ? undefined : { text });
}
