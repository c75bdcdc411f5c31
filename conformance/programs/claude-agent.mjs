/** The Claude Agent SDK as a program uses it: one prompt, its own tools, and prints the result. `--continue`: in the last session. */

import { query } from '@anthropic-ai/claude-agent-sdk';

const [, , prompt, ...words] = process.argv;
const env = {
  ...process.env,
  ANTHROPIC_BASE_URL: process.env.HOLDFAST_URL,
  ANTHROPIC_API_KEY: process.env.HOLDFAST_KEY,
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
};

const options = {
  model: 'main',
  allowedTools: ['Bash'],
  env,
  continue: words.includes('--continue'),
};
for await (const message of query({ prompt, options }))
  if (message.type === 'result') process.stdout.write(`${message.result ?? message.errors}\n`);
