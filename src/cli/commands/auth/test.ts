/** `holdfast auth test`: one small completion with each key; it says what that proves and what it does not. */

import type { KeyTest } from '../../../diagnostics/test-key.ts';
import type { EngineEvent } from '../../../model/events.ts';
import { createRuntime } from '../../../runtime.ts';
import { dim, printJson, type Terminal } from '../../terminal.ts';

export interface AuthTestOptions {
  readonly model?: string;
  readonly json?: boolean;
}

/** 0 when every key works, else 1. */
export async function authTest(
  terminal: Terminal,
  name: string | undefined,
  options: AuthTestOptions,
): Promise<number> {
  const runtime = createRuntime({ onEvent: (event) => tell(terminal, event) });
  const caller = new AbortController();
  const stop = terminal.onSignal(['SIGINT', 'SIGTERM'], () => caller.abort());
  const tests: KeyTest[] = [];
  try {
    const asked = {
      signal: caller.signal,
      ...(name === undefined ? {} : { name }),
      ...(options.model === undefined ? {} : { model: options.model }),
    };
    for await (const test of runtime.keys.test(asked)) {
      tests.push(test);
      if (options.json !== true) terminal.out(`${describeTest(test, test.row.foundAt)}\n`);
    }
    if (options.json === true) printJson(terminal, 'holdfast.auth-test/1', { tests });
    else if (tests.length === 0) terminal.talk('there is no key to test\n');
    return tests.length > 0 && tests.every(({ verdict }) => verdict === 'works') ? 0 : 1;
  } finally {
    stop();
    await runtime.close();
  }
}

function describeTest(test: KeyTest, foundAt: string): string {
  const { id, verdict, verified, notVerified, failure, durationMs, attempts } = test;
  const sign = verdict === 'works' ? '✓' : '✗';
  const said =
    failure === undefined ? [] : [`    it said: ${failure.status ?? failure.class} "${failure.message}"`];
  return [
    `${sign} ${id} (${foundAt}): ${verdict}; ${attempts} request${attempts === 1 ? '' : 's'}, ${(durationMs / 1000).toFixed(1)} s`,
    `    verified: ${verified}`,
    ...said,
    `    not verified: ${notVerified}`,
  ].join('\n');
}

function tell(terminal: Terminal, event: EngineEvent): void {
  if (event.type !== 'finished') terminal.talk(`${dim(terminal, event.text)}\n`);
}
