/** The view *Tasks*: who is asked in which order, and what would happen if the first one failed. */

import type { VNode } from 'preact';
import { describeClock } from '../../access/wording/when.ts';
import type { FailurePlan, Plan } from '../../explain/plan/plan.ts';
import type { Snapshot, TaskState } from '../../explain/snapshot/snapshot.ts';
import { describeSpan, labelOf } from '../../explain/why/wording.ts';
import { useAnswer } from '../answers.ts';
import { now } from '../gateway.ts';
import { Problem, Sign } from '../parts.tsx';
import { linkTo } from '../route.ts';

/** `of`: the task whose troubles are played through. */
export function Tasks({
  snapshot: { tasks, credentials },
  of,
}: {
  readonly snapshot: Snapshot;
  readonly of: string;
}): VNode {
  const states = new Map(credentials.map(({ id, state }) => [id, state]));
  return (
    <>
      <section aria-labelledby="tasks">
        <h2 id="tasks">Tasks</h2>
        <ul class="rows tasks">
          {tasks.map((task) => (
            <Task key={task.name} task={task} states={states} />
          ))}
        </ul>
      </section>
      <WhatIf name={of || 'main'} />
    </>
  );
}

function Task({
  task: { name, usable, failing, plan },
  states,
}: {
  readonly task: TaskState;
  readonly states: ReadonlyMap<string, string>;
}): VNode {
  const isBad = failing !== undefined || !usable;
  return (
    <li>
      <p class="name">
        <Sign state={isBad ? 'failed' : 'works'} />
        <a href={linkTo('tasks', name)}>
          <b>{name}</b>
        </a>
      </p>
      <ol>
        {plan.map(({ target, why, credentials }) => (
          <li key={target}>
            <a href={linkTo('tasks', target)}>{target}</a> <small>{why}</small>{' '}
            {credentials.map((id) => (
              <span class="key" key={id}>
                <Sign state={states.get(id) ?? 'untried'} />
                {labelOf(id)}{' '}
              </span>
            ))}
          </li>
        ))}
      </ol>
      <p class="state">
        {failing === undefined ? (
          !usable && 'nobody can be asked'
        ) : (
          <>
            {failing.text}, {failing.inARow} in a row since{' '}
            {describeClock(failing.since, now.value)}{' '}
            <a href={linkTo('request', failing.request)}>why</a>
          </>
        )}
      </p>
    </li>
  );
}

function parsePlan(body: unknown): Plan {
  return body as Plan;
}

function WhatIf({ name }: { readonly name: string }): VNode {
  const { value, problem } = useAnswer(`/admin/plan/${encodeURIComponent(name)}`, parsePlan);
  const failing = value?.routes[0]?.failing;
  return (
    <section aria-labelledby="what-if">
      <h2 id="what-if">
        What would happen to {name}
        {failing !== undefined && `, if ${failing.target} met …`}
      </h2>
      {problem !== undefined && <Problem text={problem} />}
      {value !== undefined && failing === undefined && <p class="none">Nobody can be asked now.</p>}
      <ul class="rows what-if">
        {failing?.failures.map((failure) => (
          <Failure key={failure.met} failure={failure} />
        ))}
      </ul>
    </section>
  );
}

function Failure({ failure: { met, steps, mark } }: { readonly failure: FailurePlan }): VNode {
  return (
    <li>
      <p>
        <b>{met}</b>
      </p>
      <p>{steps.join(', then ')}</p>
      <p class="none">{mark !== undefined && describeMark(mark)}</p>
    </li>
  );
}

function describeMark({ forMs, afterInARow }: NonNullable<FailurePlan['mark']>): string {
  const when = afterInARow > 1 ? `after ${afterInARow} in a row` : 'then';
  return `${when} it is left alone for ${describeSpan(forMs)}`;
}
