import { describe, expect, it } from 'vitest';
import { loadText } from '../resolve/load.ts';
import { type FirstChoice, writeFirstConfig } from './first-config.ts';

const choices: readonly (readonly [string, FirstChoice])[] = [
  [
    'a vendor',
    { provider: 'deepseek', model: 'm', variable: 'DEEPSEEK_API_KEY', spare: 'openai/n' },
  ],
  [
    'a vendor whose address has a part',
    {
      provider: 'azure',
      model: 'm',
      variable: 'AZURE_OPENAI_API_KEY',
      parts: { resource: 'mine' },
      spare: 'openai/n',
    },
  ],
  ['a vendor without keys', { provider: 'ollama', model: 'qwen3:8b', spare: 'openai/n' }],
  [
    'a server of its own',
    {
      provider: 'own',
      model: 'a/b',
      server: { baseUrl: 'http://127.0.0.1:1/v1', needsKey: false },
      spare: 'openai/n',
    },
  ],
];

/** Every comment that is a line of configuration, taken out of its comment. */
function uncomment(text: string): string {
  return text.replace(/^# ?(?=( *[a-z_]+:( |$)| {2,}- \{))/gm, '');
}

describe('the first configuration of', () => {
  it.each(choices)('%s loads, and so does what its comments offer', (_name, choice) => {
    const text = writeFirstConfig('/schema.json', choice);
    for (const whole of [text, uncomment(text)]) {
      const loaded = loadText('config.yaml', whole, () => ({ state: 'absent' }));
      expect(loaded.isValid ? [] : loaded.problems).toEqual([]);
    }
    expect(uncomment(text)).toMatch(/^fallback_chain: \[openai\/n\]$/m);
    expect(text).toMatch(new RegExp(`^main: ${choice.provider}/${choice.model}$`, 'm'));
  });
});
