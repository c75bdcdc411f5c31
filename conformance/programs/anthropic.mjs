/** The Anthropic SDK as an agent uses it: asks, runs the tools it is told to, and prints the final answer. `whole|streamed PROMPT`. */

import Anthropic from '@anthropic-ai/sdk';
import { listDirectory } from './list-directory.mjs';

const [, , form, prompt] = process.argv;
const anthropic = new Anthropic({
  baseURL: process.env.HOLDFAST_URL,
  apiKey: process.env.HOLDFAST_KEY,
});
const tools = [
  {
    name: listDirectory.name,
    description: listDirectory.description,
    input_schema: listDirectory.schema,
  },
];

process.stdout.write(`${await converse()}\n`);

async function converse() {
  const messages = [{ role: 'user', content: prompt }];
  for (;;) {
    const asked = { model: 'main', max_tokens: 1024, messages, tools };
    const message =
      form === 'streamed'
        ? await anthropic.messages.stream(asked).finalMessage()
        : await anthropic.messages.create(asked);
    const calls = message.content.filter(({ type }) => type === 'tool_use');
    if (calls.length === 0) return message.content.map((block) => block.text ?? '').join('');
    messages.push({ role: 'assistant', content: message.content });
    const results = calls.map(({ id, input }) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: listDirectory.run(input),
    }));
    messages.push({ role: 'user', content: results });
  }
}
