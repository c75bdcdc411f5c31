/**
 * The engine in process: the main provider is down, the fallback answers, and the record says why.
 */

import { createHoldfast, NoTargetAnswered } from 'holdfast';
import { startSimulatedProvider } from 'holdfast/sim';

const provider = await startSimulatedProvider();
const simulated = { base_url: provider.url, protocol: 'openai-chat' };

const holdfast = createHoldfast({
  config: {
    main: 'vendor/sim/status-503',
    fallback_chain: ['spare/sim/echo'],
    providers: {
      vendor: { ...simulated, api_key: 'sk-sim-good' },
      spare: { ...simulated, api_key: 'sk-sim-good+spare' },
    },
  },
  onEvent: (event) => event.type === 'rescue' && console.log(`· ${event.text}`),
});

const answer = await holdfast.ask({
  prompt: 'Why is the sky blue?',
  onText: (text) => process.stdout.write(text),
});
console.log(`\nanswered by ${answer.target} with attempt ${answer.attempts}`);

for (const { target, failure, decision } of holdfast.records().at(-1)?.attempts ?? []) {
  console.log(
    `  ${target}: ${failure?.class ?? 'answered'}${decision ? ` → ${decision.kind}` : ''}`,
  );
}

// A request that the provider refuses: its own words, and an error that carries the whole record.
try {
  await holdfast.ask({ prompt: 'Hello?', model: 'vendor/sim/context-overflow' });
} catch (error) {
  if (!(error instanceof NoTargetAnswered)) throw error;
  console.log(`${error.code}: ${error.message}`);
  if (error.fix !== undefined) console.log(`To fix: ${error.fix.text}`);
}

console.log((await holdfast.models()).map(({ name }) => name).join(', '));
await holdfast.close();
await provider.close();
