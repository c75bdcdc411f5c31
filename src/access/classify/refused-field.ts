/**
 * Finds the top-level field that a provider refuses, in vendors' wordings (step 5 of a request).
 * Pure.
 */

import type { Failure } from '../../model/failure.ts';
import { isRecord, parseOrNothing } from '../../protocols/json/is-record.ts';
import { saidBy } from './kept-words.ts';

/** The first group is the field. Each pattern was seen at a vendor, with the sample beside it. */
const wordings: readonly RegExp[] = [
  /unsupported (?:parameter|value): [`'"]?([\w.[\]]+)/i, // Unsupported parameter: 'max_tokens' is not supported with this model.
  /unrecognized request arguments? supplied: ([\w.]+)/i, // Unrecognized request argument supplied: top_k
  /unknown (?:parameter|field|name)s?:? [`'"]?([\w.]+)/i, // json: unknown field "frequency_penalty"
  /property [`'"]([\w.]+)[`'"] is unsupported/i, // property 'logprobs' is unsupported
  /[`'"]([\w.]+)[`'"] is (?:not supported|deprecated|not allowed)/i, // `temperature` is deprecated for this model.
  /does(?:n't| not) support (?:the )?(?:parameters?|params?):? \[?[`'"]?([\w.]+)/i, // openai does not support parameters: ['reasoning_effort'], for model=m.
  /UnsupportedParamsError: .{0,80}? does(?:n't| not) support (\w+)=/i, // gpt-5-nano doesn't support temperature=0.1 while reasoning is active.
  /argument not supported on this model: ([\w.]+)/i, // Argument not supported on this model: presencePenalty
  /body[.:]\s?([\w.]+):? extra inputs are not permitted/i, // body.max_completion_tokens: Extra inputs are not permitted
  /^([\w.]+): extra inputs are not permitted/i, // context_management: Extra inputs are not permitted
  /"loc":\s?\["body",\s?"(\w+)"\]/i, // {"type":"extra_forbidden","loc":["body","max_completion_tokens"],…}
];

/** Reads `error.param`, else the words. */
export function findRefusedField(failure: Failure): string | undefined {
  const { answer } = failure;
  const named = findParam(answer?.body);
  if (named !== undefined) return fieldOf(named);
  const texts = [saidBy(failure), answer?.body ?? ''];
  const found = texts.flatMap((text) =>
    wordings.flatMap((wording) => wording.exec(text)?.[1] ?? []),
  );
  return found[0] === undefined ? undefined : fieldOf(found[0]);
}

/** True when the model does not reason, whatever the refused field is called. */
export function speaksOfThinking({ message }: Failure): boolean {
  return /support (?:\w+ )?(?:thinking|reasoning)\b|(?:thinking|reasoning) is not supported/i.test(
    message,
  );
}

/** Reads wordings such as `Use 'max_completion_tokens' instead.` */
export function suggestRename(failure: Failure, field: string): string | undefined {
  const to = /use [`'"](\w{1,23})[`'"] instead/i.exec(saidBy(failure))?.[1];
  return to === field ? undefined : to;
}

/** Betas that a refusal names; `all` if it names none. Undefined if it speaks of none. */
export function findRefusedBetas(failure: Failure): readonly string[] | 'all' | undefined {
  const said = `${saidBy(failure)}\n${failure.answer?.body ?? ''}`;
  // Unexpected value(s) `a-2026-01-05`, `b-2026-02-01` for the `anthropic-beta` header.
  const list = /unexpected value\(s\) ([^\n]{1,2000}?) for the [`'"\\]*[\w-]+-beta/i.exec(
    said,
  )?.[1];
  if (list !== undefined) return [...list.matchAll(/[\w.-]{2,80}/g)].map(([name]) => name);
  // The long context beta is not yet available for this subscription.
  if (/\blong context beta is not\b/i.test(said)) return ['context-1m-2025-08-07'];
  return /invalid beta flag/i.test(said) ? 'all' : undefined; // Bedrock names none
}

/** Reads `error.param`, in which vendors name the faulty field. */
export function findParam(body: string | undefined): string | undefined {
  const parsed = parseOrNothing(body ?? '');
  const error = isRecord(parsed) ? parsed['error'] : undefined;
  const param = isRecord(error) ? error['param'] : undefined;
  return typeof param === 'string' && /^[\w.[\]]+$/.test(param) ? param : undefined;
}

/** A cache mark stands in many places: `system.1.cache_control.ephemeral.scope`. */
function fieldOf(path: string): string {
  const inMark = /(?:^|\.)cache_control\.(?:ephemeral\.)?(\w+)$/.exec(path)?.[1];
  return inMark === undefined ? topLevel(path) : `cache_control.${inMark}`;
}

function topLevel(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}
