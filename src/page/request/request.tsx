/** The view *Request*: what became of one request and why, as `holdfast why` tells it. */

import type { VNode } from 'preact';
import type { LiveRequest } from '../../explain/snapshot/snapshot.ts';
import { describeInFull } from '../../explain/why/lines.ts';
import { createStory, type Story } from '../../explain/why/story.ts';
import type { RequestContent, RequestRecord } from '../../model/record.ts';
import { useAnswer } from '../answers.ts';
import { now } from '../gateway.ts';
import { Copy, Problem, Sign } from '../parts.tsx';
import { listProgramWords } from '../program-words.ts';
import { describeRunning } from '../words.ts';
import { Timeline } from './timeline.tsx';

/** It is asked for again once it has ended. */
export function Request({
  id,
  live: all,
}: {
  readonly id: string;
  readonly live: readonly LiveRequest[];
}): VNode {
  const live = all.find((one) => one.id === id);
  const path = live === undefined ? `/admin/records/${encodeURIComponent(id)}` : undefined;
  const { value: record, problem } = useAnswer(path, parseRecord);
  if (live !== undefined)
    return (
      <section aria-label="Request">
        <h2>
          Request {id} <Copy text={id} />
        </h2>
        <p>
          It is on its way for {describeRunning(now.value - live.since)}
          {live.target !== undefined && `, answered by ${live.target}`}. Its story follows when it
          has ended.
        </p>
      </section>
    );
  if (record?.id === id) return <Told record={record} />;
  return problem === undefined ? <p class="none">…</p> : <Problem text={problem} />;
}

/** Our own gateway has sent it. */
function parseRecord(body: unknown): RequestRecord {
  return body as RequestRecord;
}

function Told({ record }: { readonly record: RequestRecord }): VNode {
  const story = createStory(record, now.value);
  const state = record.outcome === 'answered' ? 'answered' : 'failed';
  return (
    <>
      <section aria-labelledby="story">
        <h2 id="story">
          Request {record.id} <Copy text={record.id} />
        </h2>
        <p class="lead">
          <Sign state={record.attempts.length > 1 && state === 'answered' ? 'rests' : state} />
          {story.verdict}
        </p>
        <p class="none">{story.facts.slice(0, -1).join(' · ')}</p>
        <Fixes story={story} />
      </section>
      <Timeline record={record} />
      <Candidates story={story} />
      <Whole record={record} content={record.content} />
    </>
  );
}

function Fixes({ story: { fixes, nothingToFix, notes } }: { readonly story: Story }): VNode {
  return (
    <>
      {fixes.map((fix) => (
        <ToDo key={fix} fix={fix} />
      ))}
      {nothingToFix !== undefined && <p class="none">{nothingToFix}</p>}
      {notes.map((note) => (
        <p class="none" key={note}>
          note: {note}
        </p>
      ))}
    </>
  );
}

/** A fix of a record is a line to paste, such a line and what to do then, or words. */
function ToDo({ fix }: { readonly fix: string }): VNode {
  const isCommand = fix.startsWith(`${listProgramWords().join(' ')} `);
  const [command = ''] = isCommand ? fix.split(', and ') : [];
  return (
    <p class="fix">
      <span class="why">To fix:</span>
      {command !== '' && <code>{command}</code>}
      {command !== '' && <Copy text={command} />}
      {fix.slice(command.length).replace(/^, /, '')}
    </p>
  );
}

/** Every candidate, used or skipped, with the provider's words. */
function Candidates({ story: { lines } }: { readonly story: Story }): VNode {
  return (
    <section aria-labelledby="candidates">
      <h2 id="candidates">Candidates</h2>
      <ul class="rows candidates">
        {lines.map(({ target, key, kind, text }, index) => (
          <li key={index}>
            <p class="name">
              <Sign state={kind === 'answered' ? 'answered' : signOf(kind)} />
              <b>{target}</b>
            </p>
            <p>{key}</p>
            <p class="state">{text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function signOf(kind: string): string {
  return /^not (needed|listed)/.test(kind) ? 'idle' : 'failed';
}

function Whole({
  record,
  content,
}: {
  readonly record: RequestRecord;
  readonly content: RequestContent | undefined;
}): VNode {
  return (
    <section aria-labelledby="whole">
      <h2 id="whole">All of it</h2>
      <details>
        <summary>each attempt with its times, what was asked and answered</summary>
        <pre>{describeInFull(record, content, false)}</pre>
      </details>
    </section>
  );
}
