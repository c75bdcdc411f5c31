/**
 * A body whose fields are parsed only where an edit looks is the body that one gets by parsing all
 * of it: whatever the edits, cuts and faults.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../test/translation/sides.ts';
import { RequestError } from '../../errors.ts';
import type { Edit } from '../../model/target.ts';
import { anthropicMessages } from '../anthropic-messages/protocol.ts';
import type { BodyEditing } from '../contract/body-editing.ts';
import { googleGenerateContent } from '../google-generate-content/protocol.ts';
import { RequestBytes } from '../json/request-bytes.ts';
import { scanObject } from '../json/scan.ts';
import { openaiChat } from '../openai-chat/protocol.ts';
import { openaiResponses } from '../openai-responses/protocol.ts';
import { EditedBody } from './edited-body.ts';
import { applyTarget } from './edits.ts';

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('é\\/"☃', 'x-anthropic-billing-header: cch=1;\nyou', '\u0000'),
);
const turn = fc.record(
  {
    role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool'),
    content: fc.oneof(
      text,
      fc.array(fc.record({ type: fc.constant('text'), text }), { maxLength: 3 }),
    ),
    reasoning_content: text,
    tool_call_id: fc.string(),
    extra: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ['role'] },
);
const turns = fc.array(turn, { maxLength: 5 });
const bodies = fc.record(
  {
    model: fc.constant('m'),
    messages: fc.oneof(turns, fc.jsonValue({ maxDepth: 1 })),
    system: fc.oneof(text, fc.array(fc.record({ type: fc.constant('text'), text }))),
    input: fc.oneof(text, turns),
    contents: fc.array(
      fc.record({ parts: fc.array(fc.record({ functionCall: fc.constant({}) })) }),
    ),
    requests: fc.array(fc.record({ model: fc.constant('models/m') })),
    reasoning: fc.constantFrom(null, { effort: 'high', summary: 'auto' }),
    instructions: text,
    a: fc.jsonValue({ maxDepth: 2 }),
    n: fc.double({ noNaN: true, noDefaultInfinity: true }),
    config: fc.record({ n: fc.nat(), a: fc.jsonValue({ maxDepth: 1 }) }),
  },
  { requiredKeys: ['model'] },
);
const fields = fc.constantFrom('a', 'n', 'config.n', 'messages', 'system', 'toString', 'model');
const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('rename' as const), field: fields, to: fields }),
    fc.record({ kind: fc.constant('drop' as const), field: fields }),
    fc.record({
      kind: fc.constant('clamp' as const),
      field: fields,
      min: fc.constant(2),
      max: fc.constant(9),
    }),
    fc.record({
      kind: fc.constant('set-if-absent' as const),
      field: fields,
      value: fc.jsonValue({ maxDepth: 1 }),
    }),
    fc.constantFrom<Edit>(
      { kind: 'role', from: 'developer', to: 'system' },
      { kind: 'billing-line' },
      { kind: 'roles', roles: 'alternating' },
      { kind: 'roles', roles: 'system-first' },
      { kind: 'roles', roles: 'no-system' },
      {
        kind: 'history',
        repairs: [{ kind: 'fill-reasoning', field: 'reasoning_content', value: ' ' }],
      },
      { kind: 'history', repairs: [{ kind: 'drop-reasoning' }, { kind: 'drop-sealed' }] },
      { kind: 'history', repairs: [{ kind: 'tool-ids', length: 9 }] },
      { kind: 'history', repairs: [{ kind: 'sign-tool-calls', path: ['signature'], value: 's' }] },
      {
        kind: 'history',
        repairs: [{ kind: 'thinking-off', field: 'a', value: false, inToolLoop: true }],
      },
    ),
  ),
  { maxLength: 4 },
);
const runs = { seed: 20_261_124, numRuns: 2000 };

/** What of a target changes a body. */
type EditedFor = Parameters<typeof applyTarget>[1];
const protocols = fc.constantFrom(
  openaiChat,
  openaiResponses,
  anthropicMessages,
  googleGenerateContent,
);
const targets: fc.Arbitrary<EditedFor> = fc.record(
  {
    bodyEdits: edits,
    model: fc.constant('other'),
    reasoningEffort: fc.constant('low'),
    extraBody: fc.dictionary(fields, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }),
  },
  { requiredKeys: ['bodyEdits', 'model'] },
);

function editLazily(bytes: readonly Buffer[], target: EditedFor, own: BodyEditing): string {
  const body = new RequestBytes({ body: bytes });
  const edited = new EditedBody(body, scanObject(body)?.fields ?? new Map());
  applyTarget(edited, target, own);
  return Buffer.concat([edited.encode()].flat()).toString();
}

function editParsed(parsed: object, target: EditedFor, own: BodyEditing): unknown {
  const edited = EditedBody.of({ ...parsed });
  applyTarget(edited, target, own);
  return JSON.parse(JSON.stringify(edited.toObject()));
}

/** With the edits of a protocol that names its model elsewhere. */
function editAlone(text: string, all: readonly Edit[]): string {
  return editLazily(
    [Buffer.from(text)],
    { bodyEdits: all, model: 'm' },
    googleGenerateContent.bodyEditing,
  );
}

describe('a body that is edited', () => {
  it('means what it would mean if all of it had been parsed first', () => {
    fc.assert(
      fc.property(bodies, targets, protocols, fc.nat(), (body, target, { bodyEditing }, at) => {
        const bytes = Buffer.from(JSON.stringify(body, undefined, at % 3));
        const place = at % bytes.length;
        const written = editLazily(
          [bytes.subarray(0, place), bytes.subarray(place)],
          target,
          bodyEditing,
        );
        const expected = editParsed(JSON.parse(String(bytes)), target, bodyEditing);
        expect(JSON.parse(written)).toEqual(expected);
        expect(Object.keys(JSON.parse(written))).toEqual(Object.keys(Object(expected)));
      }),
      runs,
    );
  });

  it('keeps every byte of a field that no edit changes', () => {
    const odd =
      '{ "s":1.0,"10":[1e400, -0], "k":"\\/\\u00e9","k":"\ud83d\\ud83d", "b":9007199254740993 }';
    fc.assert(
      fc.property(bodies, targets, protocols, (body, target, { bodyEditing }) => {
        const bytes = Buffer.from(`${JSON.stringify(body).slice(0, -1)},"odd":${odd}}`);
        expect(editLazily([bytes], target, bodyEditing)).toContain(
          `"odd":${Buffer.from(odd).toString()}`,
        );
      }),
      runs,
    );
  });

  it('is refused, or stays broken for its provider to judge, where it was no JSON', () => {
    const noise = fc.constantFrom(...'{}[]",:\\u0e-.1tn \u0000', '\\u00e', '\ufeff', 'null', '""');
    const edit: Edit = { kind: 'role', from: 'developer', to: 'system' };
    const target = targetOf('openai-chat', { model: 'other', bodyEdits: [edit] });
    const said = fc.tuple(bodies, turns).map(([body, messages]) => ({ ...body, messages }));
    fc.assert(
      fc.property(said, fc.nat(), fc.nat(3), noise, (body, where, cut, put) => {
        const whole = JSON.stringify(body);
        const at = where % (whole.length + 1);
        const changed = Buffer.from(`${whole.slice(0, at)}${put}${whole.slice(at + cut)}`);
        const isJson = isObject(changed.toString());
        let written: string;
        try {
          const encoded = openaiChat.readBody({ body: changed }, 'generate').encodeFor(target);
          written = Buffer.concat([encoded].flat()).toString();
        } catch (error) {
          expect(error).toBeInstanceOf(RequestError);
          if (!isJson) expect(String(error)).not.toContain('undefined');
          return;
        }
        expect(isObject(written)).toBe(isJson);
      }),
      runs,
    );
  });

  it.each([
    [{ min: 7 }, '{"n":7,"c":{"n":7},"o":7.0}'],
    [{ max: 2 }, '{"n":2,"c":{"n":2},"o":2}'],
    [{ min: 7, max: 9 }, '{"n":7,"c":{"n":7},"o":7.0}'],
    [{ min: 1, max: 9 }, '{"n":5,"c":{"n":5},"o":7.0}'],
  ])(
    'has its numbers within %j, and as they were written where they were so',
    (limits, expected) => {
      const all: readonly Edit[] = ['n', 'c.n', 'o', 'absent'].map((field) => ({
        kind: 'clamp',
        field,
        ...limits,
      }));
      expect(editAlone('{"n":5,"c":{"n":5},"o":7.0}', all)).toBe(expected);
    },
  );

  it('is changed as deep as a request may be', () => {
    const deep = `${'[{"a":'.repeat(498)}1.0${'}]'.repeat(498)}`;
    const all: readonly Edit[] = [{ kind: 'role', from: 'developer', to: 'system' }];
    const written = editAlone(`{"messages":[{"role":"developer","content":${deep}}]}`, all);
    expect(written).toBe(`{"messages":[{"role":"system","content":${deep}}]}`);
  });

  it('copies nothing of a long field that no edit looks at', () => {
    const long = Buffer.from(
      JSON.stringify({ messages: ['x'.repeat(90_000)], max_tokens: 5, model: 'main' }),
    );
    const target = targetOf('openai-chat', {
      model: 'other',
      bodyEdits: [{ kind: 'rename', field: 'max_tokens', to: 'max_completion_tokens' }],
    });
    const pieces = [long.subarray(0, 30_000), long.subarray(30_000, 60_000), long.subarray(60_000)];
    const written = openaiChat.readBody({ body: pieces }, 'generate').encodeFor(target);
    expect([written].flat().filter((piece) => piece.buffer === long.buffer)).toHaveLength(3);
    expect([written].flat().every((piece) => piece.length > 0)).toBe(true);
    expect(JSON.parse(Buffer.concat([written].flat()).toString())).toEqual({
      messages: ['x'.repeat(90_000)],
      max_completion_tokens: 5,
      model: 'other',
    });
  });
});

function isObject(body: string): boolean {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
