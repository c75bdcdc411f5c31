/** A story as files: its configuration, its keys, and how a person names the first key. Pure. */

import type { StagedProvider, Story } from './story.ts';

export const model = 'big';

export interface StagedHome {
  readonly config: string;
  readonly dotenv: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Secrets for `auth add`, by provider. */
  readonly stored: readonly (readonly [provider: string, secret: string])[];
  /** The place of the first key: a file and a line, a variable, or `stored`. */
  readonly keyPlace: string;
}

/** `baseUrlOf` gives the address of a host. A task of its own has a healthy `main` beside it. */
export function describeHome(story: Story, baseUrlOf: (host: string) => string): StagedHome {
  const { providers, task } = story;
  const lines = describeRoute(story);
  lines.push('providers:');
  const own = (one: StagedProvider): string =>
    describeProvider(one.name, baseUrlOf(one.host), [credentialOf(one), one.field]);
  if (task !== 'main')
    lines.push(describeProvider('mainstay', baseUrlOf('mainstay.test'), ['api_key: sk-test-stay']));
  lines.push(...providers.map(own));
  const dotenv = ['# keys', ...providers.flatMap(assign)];
  return {
    config: `${lines.join('\n')}\n`,
    dotenv: `${dotenv.join('\n')}\n`,
    variables: Object.fromEntries(
      providers.flatMap(({ place, variable, given }) =>
        place === 'environment' && given !== undefined ? [[variable, given]] : [],
      ),
    ),
    stored: providers.flatMap(({ name, place, secret }) =>
      place === 'stored' ? [[name, secret] as const] : [],
    ),
    keyPlace: placeOf(providers[0], lines, dotenv),
  };
}

function describeRoute({ providers, task, hasFallback }: Story): string[] {
  const [first, ...others] = providers.map(({ name }) => `${name}/${model}`);
  const chain = hasFallback ? `[${others.join(', ')}]` : '[]';
  if (task === 'main') return [`main: ${first}`, `fallback_chain: ${chain}`];
  const own = `provider: ${providers[0]?.name}, model: ${model}`;
  const side = hasFallback ? `fallback_chain: ${chain}` : 'fallback: none';
  return [`main: mainstay/${model}`, 'auxiliary:', `  title_generation: {${own}, ${side}}`];
}

function describeProvider(name: string, url: string, more: readonly string[]): string {
  const fields = [`base_url: "${url}/v1"`, 'protocol: openai-chat', ...more];
  return `  ${name}: {${fields.filter((field) => field !== '').join(', ')}}`;
}

function credentialOf({ place, secret, variable }: StagedProvider): string {
  if (place === 'config') return `api_key: ${secret}`;
  return place === 'stored' ? '' : `credentials: [{env: ${variable}}]`;
}

function assign({ place, variable, given, line }: StagedProvider): readonly string[] {
  return place === 'dotenv' && given !== undefined ? [line(variable, given)] : [];
}

function placeOf(
  provider: StagedProvider | undefined,
  config: readonly string[],
  dotenv: readonly string[],
): string {
  if (provider === undefined) return '';
  const { place, variable, name } = provider;
  const lineIn = (lines: readonly string[], start: string): number =>
    lines.findIndex((line) => line.startsWith(start)) + 1;
  if (place === 'config') return `config.yaml:${lineIn(config, `  ${name}:`)}`;
  if (place === 'dotenv' && lineIn(dotenv, variable) > 0) return `.env:${lineIn(dotenv, variable)}`;
  return place === 'stored' ? 'stored' : variable;
}
