/** `holdfast auth test`: one small completion with each key; it says what that proves and what it does not. */

import type { KeyTest } from '../../../diagnostics/test-key.ts';
import { AccessError } from '../../../errors.ts';
import type { EngineEvent } from '../../../model/events.ts';
import { describeTest } from '../../key-lines.ts';
import { dim, printJson, type Terminal } from '../../terminal.ts';
import { withRuntime } from '../../with-runtime.ts';

export interface AuthTestOptions {
  /** A stored key that belongs elsewhere may be sent to the present origin of its provider from now on. */
  readonly acceptOrigin?: boolean;
  readonly model?: string;
  readonly json?: boolean;
}

/** 0 when every key works, else 1. */
export async function authTest(
  terminal: Terminal,
  name: string | undefined,
  options: AuthTestOptions,
): Promise<number> {
  const tests: KeyTest[] = [];
  const note = (test: KeyTest, place: string): void => {
    tests.push(test);
    if (options.json !== true) terminal.out(`${describeTest(test, place)}\n`);
  };
  const onEvent = (event: EngineEvent): void => tell(terminal, event);
  return withRuntime(terminal, { onEvent }, async ({ keys }, signal) => {
    const asked = {
      signal,
      ...(name === undefined ? {} : { name }),
      ...(options.model === undefined ? {} : { model: options.model }),
    };
    if (options.acceptOrigin === true)
      note(await keys.acceptOrigin({ ...asked, name: requireId(name) }), 'credentials.json');
    else for await (const test of keys.test(asked)) note(test, test.row.foundAt);
    if (options.json === true) printJson(terminal, 'holdfast.auth-test/1', { tests });
    else if (tests.length === 0) terminal.talk('there is no key to test\n');
    return tests.length > 0 && tests.every(({ verdict }) => verdict === 'works') ? 0 : 1;
  });
}

function requireId(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new AccessError('request-invalid', '--accept-origin needs the id of a stored key', {
    howToFix: '`holdfast auth list` shows the ids',
  });
}

function tell(terminal: Terminal, event: EngineEvent): void {
  if (event.type !== 'finished') terminal.talk(`${dim(terminal, event.text)}\n`);
}
