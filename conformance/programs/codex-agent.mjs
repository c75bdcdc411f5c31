/** The Codex SDK as a program uses it: one thread, one prompt, and prints the final answer. */

import { Codex } from '@openai/codex-sdk';

const [, , prompt] = process.argv;
const holdfast = {
  name: 'holdfast',
  base_url: `${process.env.HOLDFAST_URL}/v1`,
  env_key: 'HOLDFAST_KEY',
  wire_api: 'responses',
};
const codex = new Codex({ config: { model_provider: 'holdfast', model_providers: { holdfast } } });
const thread = codex.startThread({
  model: 'main',
  sandboxMode: 'danger-full-access',
  approvalPolicy: 'never',
  skipGitRepoCheck: true,
});
const { finalResponse } = await thread.run(prompt);
process.stdout.write(`${finalResponse}\n`);
