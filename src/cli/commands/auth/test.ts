/**
 * `holdfast auth test` sends one small completion with each key, and says what that proves and what
 * it does not.
 */

import type { KeyRow } from '../../../diagnostics/key-report.ts';
import type { KeysOptions } from '../../../diagnostics/keys.ts';
import type { KeyTest } from '../../../diagnostics/test-key.ts';
import { readRunFile } from '../../../gateway/run-file.ts';
import type { Runtime } from '../../../runtime.ts';
import {
  createCommand,
  json,
  keyName,
  type Printout,
  textOption,
  toggle,
} from '../../context/command.ts';
import { mistake } from '../../context/mistake.ts';
import { withState } from '../../context/with-runtime.ts';
import { describeTest } from '../../terminal/key-lines.ts';
import { type HomeContext, printEvents } from '../../terminal/terminal.ts';

export const commands = {
  test: createCommand({
    params: {
      name: keyName,
      model: textOption('name', 'the model to ask, as provider/model'),
      acceptOrigin: toggle("bind a stored key to its provider's present origin, if it works there"),
      json,
    },
    exits: { 1: 'a key does not work, or there is none' },
    example: 'holdfast auth test deepseek',
    run: ({ name, model, acceptOrigin, json }, context) => {
      const { terminal } = context;
      const tests: Tested[] = [];
      const note = (test: Tested, place: string): void => {
        tests.push(test);
        if (!json) terminal.out(`${describeTest(test, place)}\n`);
      };
      const test = async ({ keys }: Runtime, signal: AbortSignal): Promise<Printout> => {
        if (acceptOrigin)
          note(
            await keys.acceptOrigin({ signal, model, name: requireId(name) }),
            'credentials.json',
          );
        else
          for await (const test of keys.test({ signal, model, name })) note(test, test.row.foundAt);
        const isFine = tests.length > 0 && tests.every(({ verdict }) => verdict === 'works');
        return {
          json: { schema: 'holdfast.auth-test/1', tests },
          talk: isFine
            ? tellShell(context, tests)
            : [await describeLack(keys, tests, { name, signal })],
          exit: isFine ? 0 : 1,
        };
      };
      return withState(context, test, { onEvent: printEvents(terminal) });
    },
  }),
};

type Tested = KeyTest & { readonly row?: KeyRow };

/** A gateway that runs may have another key in the same variable, which was not tested. */
function tellShell({ host, paths }: HomeContext, tests: readonly Tested[]): readonly string[] {
  const [variable] = tests.flatMap(({ row }) => row?.variable ?? []);
  if (variable === undefined || readRunFile(host, paths.runFile) === undefined) return [];
  return [
    `${variable} is that of this shell; the gateway has it as it was when it was started: holdfast explain compares the two`,
  ];
}

async function describeLack(
  keys: Runtime['keys'],
  tests: readonly KeyTest[],
  asked: KeysOptions,
): Promise<string> {
  if (tests.length > 0) return 'To fix: holdfast doctor says what to do about each';
  const found = (await keys.report(asked)).flatMap((pool) => pool.keys);
  return found.length === 0
    ? 'there is no key to test. To fix: holdfast auth add PROVIDER'
    : 'there is no key to test: each caller brings its own login with its request';
}

function requireId(name: string | undefined): string {
  if (name !== undefined) return name;
  throw mistake(
    '--accept-origin needs the id of a stored key',
    '`holdfast auth list` shows the ids',
  );
}
