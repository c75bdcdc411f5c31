/** Reads an `openai-chat` body once, and writes it for a target: spliced where nothing but the model changes. */

import { RequestError } from '../../errors.ts';
import type { Operation } from '../../model/protocol.ts';
import type { WireBody } from '../../model/request.ts';
import type { Target } from '../../model/target.ts';
import { applyEdits, isEditDue, isRecord } from '../edits.ts';
import type { ReadBody } from '../protocol.ts';
import { type ScannedMember, scanObject } from '../scan.ts';
import { continueChat, findChatObstacle } from './continue.ts';

/** Fields by which clients of this protocol ask for reasoning; their value decides. */
const reasoningFields = ['reasoning_effort', 'reasoning', 'thinking', 'enable_thinking'];
const noReasoning = new Set(['"none"', '"off"', '"disabled"', 'false', 'null', '{"type":"disabled"}']);

/** A body this long is sent in pieces: a copy of it costs more than one write more. */
const inPiecesFrom = 32 * 1024;

/** Throws `RequestError` (400) with what is wrong and how it should look. */
export function readChatBody(body: Buffer, operation: Operation): ReadBody {
  const members = scanObject(body);
  return members === undefined || hasDuplicates(members)
    ? readByParsing(body, operation)
    : readByScanning(body, members, operation);
}

function hasDuplicates(members: readonly ScannedMember[]): boolean {
  const named = members.filter(({ key }) => key === 'model' || key === 'stream');
  return new Set(named.map(({ key }) => key)).size !== named.length;
}

function readByScanning(body: Buffer, members: readonly ScannedMember[], operation: Operation): ReadBody {
  const memberOf = (key: string): ScannedMember | undefined => members.find((member) => member.key === key);
  const textOf = (member: ScannedMember): string => body.toString('utf8', member.start, member.end);
  const model = memberOf('model');
  const stream = memberOf('stream');
  requireMessages(
    operation,
    members.some(({ key }) => key === 'messages'),
  );
  return {
    model: parseModel(model === undefined ? undefined : parseJson(textOf(model))),
    stream: stream !== undefined && parseStream(parseJson(textOf(stream))),
    asksReasoning: members.some(
      (member) => reasoningFields.includes(member.key) && !noReasoning.has(textOf(member).replace(/\s/g, '')),
    ),
    choices: countChoices(memberOf('n'), textOf),
    encodeFor: (target) =>
      model === undefined || isRewriteDue(target, members, body)
        ? rewrite(parseBody(body), target)
        : splice(body, model, target.model),
    ...continuing(() => parseBody(body)),
  };
}

/** Only what stands before the model's end is copied, where the rest is large. */
function splice(body: Buffer, at: ScannedMember, model: string): WireBody {
  const head = Buffer.concat([body.subarray(0, at.start), Buffer.from(JSON.stringify(model))]);
  const rest = body.subarray(at.end);
  return rest.length < inPiecesFrom ? Buffer.concat([head, rest]) : [head, rest];
}

function isRewriteDue(target: Target, members: readonly ScannedMember[], body: Buffer): boolean {
  if (target.extraBody !== undefined) return true;
  if (target.edits.length === 0) return false;
  return isEditDue(target.edits, new Set(members.map(({ key }) => key)), (text) => body.includes(text));
}

function readByParsing(body: Buffer, operation: Operation): ReadBody {
  const parsed = parseBody(body);
  requireMessages(operation, 'messages' in parsed);
  return {
    model: parseModel(parsed['model']),
    stream: parseStream(parsed['stream']),
    asksReasoning: reasoningFields.some(
      (field) => field in parsed && !noReasoning.has(JSON.stringify(parsed[field])),
    ),
    choices: parseCount(parsed['n']),
    encodeFor: (target) => rewrite(parsed, target),
    ...continuing(() => parsed),
  };
}

/** Only a broken stream asks: the body is parsed then, if it was not yet. */
function continuing(
  parse: () => Readonly<Record<string, unknown>>,
): Pick<ReadBody, 'obstacleFor' | 'encodeContinuation'> {
  return {
    obstacleFor: (target) => findChatObstacle({ ...parse(), ...target.extraBody }),
    encodeContinuation: (target, continuation) =>
      rewrite(continueChat(parse(), continuation, target), target),
  };
}

function rewrite(parsed: Readonly<Record<string, unknown>>, target: Target): Buffer {
  const edited = applyEdits({ ...parsed, ...target.extraBody }, target.edits);
  return Buffer.from(JSON.stringify({ ...edited, model: target.model }));
}

function countChoices(n: ScannedMember | undefined, textOf: (member: ScannedMember) => string): number {
  return n === undefined ? 1 : parseCount(parseJson(textOf(n)));
}

function parseCount(n: unknown): number {
  return typeof n === 'number' && n > 1 ? n : 1;
}

function requireMessages(operation: Operation, isThere: boolean): void {
  if (operation === 'generate' && !isThere) {
    throw invalid(
      'the request has no "messages"',
      'send {"model": "...", "messages": [{"role": "user", "content": "..."}]}',
    );
  }
}

function parseBody(body: Buffer): Readonly<Record<string, unknown>> {
  const parsed = parseJson(body.toString('utf8'));
  if (!isRecord(parsed)) throw invalid('the request body is not a JSON object', 'send one JSON object');
  return parsed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error && text !== '' ? error.message : 'it is empty';
    throw invalid(`the request body is not JSON: ${detail}`, 'send one JSON object as application/json');
  }
}

function parseModel(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  const found = value === undefined ? 'the request has no "model"' : '"model" must be a non-empty string';
  throw invalid(
    found,
    'name a task such as "main", or a model as "provider/model"; GET /v1/models lists them',
  );
}

function parseStream(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'boolean') return value === true;
  throw invalid(
    '"stream" must be true or false',
    'send "stream": true for a streamed answer, or leave it out',
  );
}

function invalid(message: string, howToFix: string): RequestError {
  return new RequestError('request-invalid', message, { status: 400, howToFix });
}
