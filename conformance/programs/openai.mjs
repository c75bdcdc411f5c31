/** The OpenAI SDK as an agent uses it: asks, runs the tools it is told to, and prints the final answer. `chat|responses whole|streamed PROMPT`. */

import OpenAI from 'openai';
import { listDirectory } from './list-directory.mjs';

const [, , surface, form, prompt] = process.argv;
const openai = new OpenAI({
  baseURL: `${process.env.HOLDFAST_URL}/v1`,
  apiKey: process.env.HOLDFAST_KEY,
});
const { name, description, schema: parameters } = listDirectory;

process.stdout.write(`${surface === 'chat' ? await chat() : await respond()}\n`);

async function chat() {
  const tools = [{ type: 'function', function: { name, description, parameters } }];
  const messages = [{ role: 'user', content: prompt }];
  for (;;) {
    const asked = { model: 'main', messages, tools };
    const completion =
      form === 'streamed'
        ? await openai.chat.completions.stream(asked).finalChatCompletion()
        : await openai.chat.completions.create(asked);
    const [{ message }] = completion.choices;
    if (!message.tool_calls?.length) return message.content;
    messages.push(message);
    for (const call of message.tool_calls) {
      const content = listDirectory.run(JSON.parse(call.function.arguments));
      messages.push({ role: 'tool', tool_call_id: call.id, content });
    }
  }
}

async function respond() {
  const tools = [{ type: 'function', name, description, parameters, strict: true }];
  const input = [{ role: 'user', content: prompt }];
  for (;;) {
    const asked = { model: 'main', input, tools, store: false };
    const response =
      form === 'streamed'
        ? await openai.responses.stream(asked).finalResponse()
        : await openai.responses.create(asked);
    const calls = response.output.filter(({ type }) => type === 'function_call');
    if (calls.length === 0) return response.output_text;
    input.push(...response.output);
    for (const call of calls) {
      const output = listDirectory.run(JSON.parse(call.arguments));
      input.push({ type: 'function_call_output', call_id: call.call_id, output });
    }
  }
}
