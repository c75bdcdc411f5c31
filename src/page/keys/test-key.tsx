/** The test of a key by a button: first what it costs, then what came of it. */

import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import { isSaid } from '../../access/wording/speakers.ts';
import type { KeyTest } from '../../diagnostics/test-key.ts';
import { describeSpan } from '../../explain/why/wording.ts';
import { shellLine } from '../../host/shell-line.ts';
import { describeProblem } from '../answers.ts';
import { ask } from '../browser.ts';
import { Command, Problem, Sign } from '../parts.tsx';

interface TestStage {
  readonly is: 'idle' | 'offered' | 'asking';
  readonly tests?: readonly KeyTest[];
  readonly problem?: string | undefined;
}

export function TestKey({
  id,
  provider,
}: {
  readonly id: string;
  readonly provider: string;
}): VNode {
  const asked = useSignal<TestStage>({ is: 'idle' });
  const test = async (): Promise<void> => {
    asked.value = { is: 'asking' };
    const answer = await ask('/admin/test', { posted: { name: id } });
    asked.value =
      answer.status === 200
        ? { is: 'idle', tests: parseTests(answer.body) }
        : { is: 'idle', problem: describeProblem(answer) };
  };
  const { is, tests = [], problem } = asked.value;
  return (
    <>
      <p class="fix">
        {is === 'idle' && (
          <button
            type="button"
            onClick={() => (asked.value = { ...asked.value, is: 'offered' })}
            aria-label={`test ${id}`}
          >
            test
          </button>
        )}
        {is === 'offered' && (
          <>
            <button type="button" onClick={() => void test()}>
              ask {provider}
            </button>
            <button type="button" onClick={() => (asked.value = { ...asked.value, is: 'idle' })}>
              leave it
            </button>
          </>
        )}
        <span class="why" role="status">
          {notes[is]}
        </span>
      </p>
      {problem !== undefined && <Problem text={problem} />}
      {tests.map((one) => (
        <Tested key={one.id} test={one} />
      ))}
    </>
  );
}

const notes: Readonly<Record<TestStage['is'], string>> = {
  idle: 'costs one question of about 20 tokens',
  offered: 'It costs one question of about 20 tokens, paid like any other; what comes counts.',
  asking: 'it is asked …',
};

function parseTests(body: unknown): readonly KeyTest[] {
  return (body as { tests: readonly KeyTest[] }).tests;
}

/** The fixes of the key itself follow it in the view. */
function Tested({ test }: { readonly test: KeyTest }): VNode {
  const { model, verdict, verified, notVerified, failure, durationMs } = test;
  return (
    <div>
      <p>
        <Sign state={verdict === 'works' ? 'works' : 'failed'} />
        {verdict}, asked {model}, {describeSpan(durationMs)}
      </p>
      {failure !== undefined && <p class="said">{quote(failure)}</p>}
      <p class="none">
        known now: {verified}; not known: {notVerified}
      </p>
      {failure !== undefined && (
        <Command
          fix={{ text: 'what it means', command: shellLine`holdfast explain ${failure.class}` }}
        />
      )}
    </div>
  );
}

function quote({ class: cause, status, message, speaker }: NonNullable<KeyTest['failure']>): VNode {
  const isTheirs = isSaid({ cause, status, speaker });
  return (
    <>
      {status} <span class="cause">{cause}</span> {isTheirs ? <q>{message}</q> : message}
    </>
  );
}
