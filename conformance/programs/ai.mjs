/** The AI SDK as an agent uses it: streams, runs the tools it is told to, and prints the final answer. `6|7 chat|responses|messages|in-process PROMPT`. */

import { listDirectory } from './list-directory.mjs';

const [, , major, surface, prompt] = process.argv;
const { jsonSchema, stepCountIs, streamText, tool } = await import(`ai-${major}`);

let failure;
let engine;
const result = streamText({
  model: await connect(),
  prompt,
  stopWhen: stepCountIs(4),
  tools: {
    [listDirectory.name]: tool({
      description: listDirectory.description,
      inputSchema: jsonSchema(listDirectory.schema),
      execute: listDirectory.run,
    }),
  },
  onError: ({ error }) => {
    failure = error;
  },
});
for await (const text of result.textStream) process.stdout.write(text);
process.stdout.write('\n');
await engine?.close();
if (failure !== undefined) throw failure;

async function connect() {
  const baseURL = `${process.env.HOLDFAST_URL}/v1`;
  const apiKey = process.env.HOLDFAST_KEY;
  switch (surface) {
    case 'chat': {
      const { createOpenAICompatible } = await import(`@ai-sdk-${major}/openai-compatible`);
      return createOpenAICompatible({ name: 'holdfast', baseURL, apiKey })('main');
    }
    case 'responses': {
      const { createOpenAI } = await import(`@ai-sdk-${major}/openai`);
      return createOpenAI({ baseURL, apiKey }).responses('main');
    }
    case 'messages': {
      const { createAnthropic } = await import(`@ai-sdk-${major}/anthropic`);
      return createAnthropic({ baseURL, apiKey })('main');
    }
    case 'in-process': {
      const { createHoldfastProvider } = await import('../../src/ai-sdk/index.ts');
      engine = createHoldfastProvider();
      return engine('main');
    }
    default:
      throw new Error(`unknown surface ${surface}`);
  }
}
