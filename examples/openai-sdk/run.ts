/**
 * The official OpenAI SDK over Holdfast, in process: no port, no gateway key. Retries are
 * Holdfast's, so the SDK makes none.
 */

import { createHoldfast } from 'holdfast';
import { startSimulatedProvider } from 'holdfast/sim';
import OpenAI from 'openai';

const provider = await startSimulatedProvider();
const holdfast = createHoldfast({
  config: {
    main: 'vendor/sim/echo',
    providers: {
      vendor: { base_url: provider.url, protocol: 'openai-chat', api_key: 'sk-sim-good' },
    },
  },
});
const client = new OpenAI(holdfast.openai());

for await (const model of client.models.list()) console.log(`model: ${model.id}`);

const stream = await client.chat.completions.create({
  model: 'main',
  stream: true,
  stream_options: { include_usage: true },
  messages: [{ role: 'user', content: 'Why is the sky blue?' }],
});
for await (const { choices, usage } of stream) {
  process.stdout.write(choices[0]?.delta.content ?? '');
  if (usage) console.log(`\n${usage.total_tokens} tokens`);
}

const { choices } = await client.chat.completions.create({
  model: 'vendor/sim/tools',
  messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
  tools: [
    {
      type: 'function',
      function: {
        name: 'weather',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
        },
      },
    },
  ],
});
const [call] = choices[0]?.message.tool_calls ?? [];
if (call?.type === 'function')
  console.log(`tool call: ${call.function.name}(${call.function.arguments})`);

await holdfast.close();
await provider.close();
