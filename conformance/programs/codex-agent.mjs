/** The Codex SDK as a program uses it: one thread, one prompt, and prints the final answer. `--continue`: in the last thread. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Codex } from '@openai/codex-sdk';

const [, , prompt, ...words] = process.argv;
const lastThread = join(process.env.HOME, 'last-thread');
const holdfast = {
  name: 'holdfast',
  base_url: `${process.env.HOLDFAST_URL}/v1`,
  env_key: 'HOLDFAST_KEY',
  wire_api: 'responses',
};
const codex = new Codex({ config: { model_provider: 'holdfast', model_providers: { holdfast } } });
const options = {
  model: 'main',
  sandboxMode: 'danger-full-access',
  approvalPolicy: 'never',
  skipGitRepoCheck: true,
};
const thread = words.includes('--continue')
  ? codex.resumeThread(readFileSync(lastThread, 'utf8'), options)
  : codex.startThread(options);
const { finalResponse } = await thread.run(prompt);
writeFileSync(lastThread, thread.id);
process.stdout.write(`${finalResponse}\n`);
