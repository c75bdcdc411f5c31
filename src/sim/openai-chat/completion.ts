/** A chat answer as one JSON body. */

import type { Answer, ToolCall } from '../answer.ts';
import type { Exchange } from '../exchange.ts';
import { finishWord, type Reply } from '../reply.ts';

export function toWhole({ channel, settings }: Exchange, reply: Reply): object {
  const { request, answer } = reply;
  const { reasoning, words, calls, finish } = answer;
  const message = {
    role: 'assistant',
    content: calls.length > 0 ? null : words.join(''),
    ...(reasoning.length > 0 ? { reasoning_content: reasoning.join('') } : {}),
    ...(calls.length > 0 ? { tool_calls: calls.map(toWireCall) } : {}),
    refusal: null,
  };
  return {
    id: `chatcmpl-${channel.requestId}`,
    object: 'chat.completion',
    created: Math.floor(settings.time.now() / 1000),
    model: request.model,
    choices: [
      {
        index: 0,
        message,
        logprobs: null,
        finish_reason: finishWord(reply, toFinishReason(finish)),
      },
    ],
    usage: toUsage(answer),
  };
}

function toWireCall({ id, name, input }: ToolCall): object {
  return { id: `call_${id}`, type: 'function', function: { name, arguments: input } };
}

/** Returns OpenAI's word for the finish reason. */
export function toFinishReason(finish: Answer['finish']): string {
  return finish === 'tools' ? 'tool_calls' : finish;
}

/** Includes token details only if there was reasoning. */
export function toUsage({ usage: { input, answer, reasoning } }: Answer): object {
  const completion = answer + reasoning;
  const usage = {
    prompt_tokens: input,
    completion_tokens: completion,
    total_tokens: input + completion,
  };
  return reasoning === 0
    ? usage
    : { ...usage, completion_tokens_details: { reasoning_tokens: reasoning } };
}
