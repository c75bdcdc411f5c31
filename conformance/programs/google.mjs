/** Google's SDK as an agent uses it: asks, runs the tools it is told to, and prints the final answer. `whole|streamed PROMPT`. */

import { GoogleGenAI } from '@google/genai';
import { listDirectory } from './list-directory.mjs';

const [, , form, prompt] = process.argv;
const httpOptions = { baseUrl: process.env.HOLDFAST_URL };
const google = new GoogleGenAI({ apiKey: process.env.HOLDFAST_KEY, httpOptions });
const { name, description, schema: parametersJsonSchema } = listDirectory;
const tools = [{ functionDeclarations: [{ name, description, parametersJsonSchema }] }];

const contents = [{ role: 'user', parts: [{ text: prompt }] }];
for (;;) {
  const asked = { model: 'main', contents, config: { tools } };
  const parts = form === 'streamed' ? await stream(asked) : await answer(asked);
  const calls = parts.flatMap(({ functionCall }) => functionCall ?? []);
  if (calls.length === 0) {
    process.stdout.write(`${parts.map(({ text = '' }) => text).join('')}\n`);
    break;
  }
  contents.push({ role: 'model', parts });
  const results = calls.map((call) => ({
    functionResponse: {
      id: call.id,
      name: call.name,
      response: { output: listDirectory.run(call.args) },
    },
  }));
  contents.push({ role: 'user', parts: results });
}

async function answer(asked) {
  const { candidates } = await google.models.generateContent(asked);
  return candidates[0].content.parts;
}

async function stream(asked) {
  const parts = [];
  let reason;
  for await (const { candidates } of await google.models.generateContentStream(asked)) {
    parts.push(...(candidates?.[0]?.content?.parts ?? []));
    reason = candidates?.[0]?.finishReason ?? reason;
  }
  if (reason === undefined) throw new Error('the stream had no end');
  return parts;
}
