/** The OpenAI SDK with whole bodies: pictures, sound, files and a batch, each looked at when it is there. Prints what came back. */

import { strict as assert } from 'node:assert';
import OpenAI, { toFile } from 'openai';

const openai = new OpenAI({
  baseURL: `${process.env.HOLDFAST_URL}/v1`,
  apiKey: process.env.HOLDFAST_KEY,
});
const model = 'main';
const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 251));

const picture = await openai.images.generate({ model, prompt: 'a boat' });
const [{ b64_json: drawn }] = picture.data;
assert.ok(Buffer.from(drawn, 'base64').length > 0);
const types = [];
for await (const { type } of await openai.images.generate({
  model,
  prompt: 'a boat',
  stream: true,
}))
  types.push(type);
assert.equal(types.at(-1), 'image_generation.completed');
const edited = await openai.images.edit({
  model,
  prompt: 'red',
  image: await toFile(bytes, 'boat.png'),
});
assert.equal(edited.data.length, 1);

const speech = await openai.audio.speech.create({ model, voice: 'alloy', input: 'good morning' });
const spoken = Buffer.from(await speech.arrayBuffer());
assert.ok(spoken.length > 0);
const said = await openai.audio.transcriptions.create({
  model,
  file: await toFile(bytes, 'speech.mp3'),
});
assert.match(said.text, /speech\.mp3 \(70000 bytes\)/);

const file = await openai.files.create({
  purpose: 'batch',
  file: await toFile(bytes, 'requests.jsonl'),
});
const content = await openai.files.content(file.id);
assert.deepEqual(Buffer.from(await content.arrayBuffer()), bytes);
const batch = await openai.batches.create({
  input_file_id: file.id,
  endpoint: '/v1/chat/completions',
  completion_window: '24h',
});
assert.equal((await openai.batches.retrieve(batch.id)).input_file_id, file.id);
assert.equal((await openai.files.delete(file.id)).deleted, true);

process.stdout.write(
  `openai heard: ${types.length} events, ${spoken.length} bytes of sound, ${said.text}\n`,
);
