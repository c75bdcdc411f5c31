/** The view *Doctor*: runs the checks of `holdfast doctor`, and shows what they found. */

import { signal } from '@preact/signals';
import type { VNode } from 'preact';
import { describeClock, describePast } from '../../access/wording/when.ts';
import type { Examination, Trouble } from '../../explain/doctor/troubles.ts';
import { countNoun } from '../../explain/why/wording.ts';
import { describeProblem } from '../answers.ts';
import { ask } from '../browser.ts';
import { now } from '../gateway.ts';
import { Command, Problem, Sign } from '../parts.tsx';
import { linkTo } from '../route.ts';
import { describeRunning } from '../words.ts';

interface Report extends Examination {
  readonly notChecked: readonly string[];
}

/** They stay while another view is open. */
const last = signal<{ readonly at: number; readonly report: Report } | undefined>(undefined);
const problem = signal<string | undefined>(undefined);
/** Of the run that is under way. */
const beganAt = signal<number | undefined>(undefined);

export function Doctor(): VNode {
  return (
    <section aria-labelledby="doctor">
      <h2 id="doctor">Doctor</h2>
      <p class="choices">
        <button type="button" onClick={() => void run()} disabled={beganAt.value !== undefined}>
          run the checks
        </button>
        <span class="why" role="status">
          {describeRun()}
        </span>
      </p>
      {problem.value !== undefined && <Problem text={problem.value} />}
      {last.value !== undefined && <Found report={last.value.report} />}
    </section>
  );
}

async function run(): Promise<void> {
  beganAt.value = now.value;
  problem.value = undefined;
  const answer = await ask('/admin/doctor', { posted: {} });
  beganAt.value = undefined;
  if (answer.status === 200) last.value = { at: now.value, report: parseReport(answer.body) };
  else problem.value = describeProblem(answer);
}

function parseReport(body: unknown): Report {
  return body as Report;
}

/** A doctor tells nothing before its end. */
function describeRun(): string {
  if (beganAt.value !== undefined)
    return `it looks at the configuration, keys, servers and files: ${describeRunning(now.value - beganAt.value)}`;
  if (last.value === undefined) return 'as holdfast doctor does; no key is used, a minute at most';
  const { at } = last.value;
  return `last run at ${describeClock(at, now.value)}, ${describePast(at, now.value)}`;
}

function Found({ report: { troubles, passed, notChecked } }: { readonly report: Report }): VNode {
  return (
    <>
      <p class="lead">
        <Sign state="passed" />
        {countNoun(passed, 'check')} passed
      </p>
      <ul class="rows findings">
        {troubles.map((trouble) => (
          <Finding key={trouble.what} trouble={trouble} />
        ))}
      </ul>
      {notChecked.length > 0 && (
        <p class="none">
          Not checked: {notChecked.join(', ')} · <a href={linkTo('keys')}>test a key</a>
        </p>
      )}
    </>
  );
}

function Finding({ trouble: { severity, what, evidence, fix, exit } }: FindingProps): VNode {
  const mild = severity === 'unknown' ? 'not known' : 'worth knowing';
  const kind = exit === 0 ? mild : 'wrong';
  return (
    <li>
      <p class="name">
        <Sign state={kind} />
        {kind}
      </p>
      <div>
        <p>{what}</p>
        {evidence.length > 0 && <p class="said">{evidence.join('; ')}</p>}
        {fix !== undefined && <Command fix={fix} />}
      </div>
    </li>
  );
}

interface FindingProps {
  readonly trouble: Trouble;
}
