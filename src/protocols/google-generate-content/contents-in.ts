/** Reads the conversation of a `google-generate-content` body into neutral words. */

import { parseFileUrl } from '../translation/data-url.ts';
import { cannotCarry } from '../translation/field-fates.ts';
import type {
  AssistantContent,
  NeutralMessage,
  ToolContent,
  ToolOutput,
  UserContent,
  UserPart,
} from '../translation/neutral.ts';
import { placeThoughts } from '../translation/returned-thoughts.ts';
import { unpackThoughts } from '../translation/sealed.ts';
import { toThought } from '../translation/seals.ts';
import { toInputText, toUserTurn } from '../translation/tool-input.ts';
import type { GoogleContent, GoogleUserPart, ModelPart } from './wire.ts';

type FunctionCall = NonNullable<ModelPart['functionCall']>;
type Response = NonNullable<GoogleUserPart['functionResponse']>;

export function decodeContents(contents: readonly GoogleContent[]): NeutralMessage[] {
  const calls = new CallIds();
  return contents.flatMap((content): NeutralMessage[] =>
    content.role === 'model'
      ? [
          {
            role: 'assistant',
            content: placeThoughts(
              (content.parts ?? []).flatMap((part) => decodeAnswerPart(part, calls)),
            ),
          },
        ]
      : decodeUser(content.parts ?? [], calls),
  );
}

/** Calls may lack ids; a result then belongs to the first call of its name without a result. */
class CallIds {
  /** Open calls by name, in order, each by its id. */
  readonly #open = new Map<string, Set<string>>();
  readonly #names = new Map<string, string>();
  #count = 0;

  begin({ id, name }: FunctionCall): string {
    const own = id || `call_${this.#count}`;
    this.#count += 1;
    this.#names.set(own, name);
    this.#open.set(name, (this.#open.get(name) ?? new Set()).add(own));
    return own;
  }

  answer({ id, name }: Response): string {
    const of = id ? this.#names.get(id) : undefined;
    const [found] = of === undefined ? (this.#open.get(name) ?? []) : [id ?? undefined];
    if (found === undefined) return id || `call_of_${name}`;
    this.#open.get(of ?? name)?.delete(found);
    this.#names.delete(found);
    return found;
  }
}

function decodeUser(parts: readonly GoogleUserPart[], calls: CallIds): NeutralMessage[] {
  const results: ToolContent = [];
  const said: UserContent = [];
  for (const part of parts) {
    if (part.functionResponse != null) results.push(decodeResult(part.functionResponse, calls));
    said.push(...decodeUserPart(part));
  }
  return toUserTurn(results, said);
}

/** A part should have one of these fields; all are read if it has several. */
function decodeUserPart({ text, inlineData, fileData }: GoogleUserPart): UserContent {
  return [
    ...(text == null ? [] : [{ type: 'text' as const, text }]),
    ...(inlineData == null
      ? []
      : [{ type: 'file' as const, mediaType: inlineData.mimeType, data: inlineData.data }]),
    ...decodeNamedFile(fileData),
  ];
}

function decodeNamedFile(fileData: GoogleUserPart['fileData']): UserContent {
  if (fileData == null) return [];
  const file = parseFileUrl(fileData.fileUri, fileData.mimeType ?? 'image/*');
  const isUploaded =
    /\/files\/[^/]+$/.test(fileData.fileUri) && fileData.fileUri.includes('googleapis.com');
  if (file === undefined || isUploaded)
    throw cannotCarry(`the file "${fileData.fileUri}", which its account keeps,`);
  return [{ type: 'file', ...file }];
}

function decodeResult(result: Response, calls: CallIds): ToolContent[number] {
  return {
    type: 'tool-result',
    toolCallId: calls.answer(result),
    toolName: result.name,
    output: decodeOutput(result),
  };
}

/**
 * The vendor puts a tool's result into `output` or `error`:
 * https://ai.google.dev/api/caching#FunctionResponse.
 */
function decodeOutput({ response, parts }: Response): ToolOutput {
  const said = response ?? {};
  const [field, ...more] = Object.keys(said);
  const only = more.length === 0 && field !== undefined ? said[field] : undefined;
  const text = typeof only === 'string' && textFields.has(field) ? only : JSON.stringify(said);
  if (parts == null || parts.length === 0)
    return { type: field === 'error' && more.length === 0 ? 'error-text' : 'text', value: text };
  const files = parts.map(({ inlineData: { mimeType: mediaType, data } }): UserPart => {
    return { type: 'file', mediaType, data };
  });
  return { type: 'content', value: [{ type: 'text', text }, ...files] };
}

const textFields: ReadonlySet<string | undefined> = new Set([
  'output',
  'result',
  'content',
  'error',
]);

function decodeAnswerPart(
  { text, thought, thoughtSignature, functionCall: call }: ModelPart,
  calls: CallIds,
): AssistantContent {
  const said: AssistantContent = unpackThoughts(thoughtSignature).map(toThought);
  if (text != null && text !== '')
    said.push({ type: thought === true ? 'reasoning' : 'text', text });
  if (call != null) {
    const toolCallId = calls.begin(call);
    said.push({
      type: 'tool-call',
      toolCallId,
      toolName: call.name,
      input: toInputText(call.args),
    });
  }
  return said;
}
