/**
 * Writes a new user's first configuration: the chosen settings, and further ones as comments to
 * uncomment. Pure.
 */

import { defaults } from '../../model/defaults.ts';
import { newConfigText } from './edit.ts';

export interface FirstChoice {
  /** A local server has a name of its own. */
  readonly provider: string;
  readonly model: string;
  /** Set for a local server. */
  readonly server?: { readonly baseUrl: string; readonly needsKey: boolean } | undefined;
  /** Parts of its address that were named: `resource`, `region`. */
  readonly parts?: Readonly<Record<string, string>>;
  /** The variable that contains its key; absent if none is needed. */
  readonly variable?: string | undefined;
  /** Is shown as an example of a fallback target. */
  readonly spare: string;
}

export function writeFirstConfig(schemaPath: string, choice: FirstChoice): string {
  const { provider, model, server, variable, spare, parts = {} } = choice;
  const { host, port } = defaults.gateway;
  const own =
    server === undefined
      ? []
      : [
          '',
          '# Servers of your own, and what differs from the catalogue (docs/providers.md).',
          'providers:',
          `  ${provider}:`,
          `    base_url: ${JSON.stringify(server.baseUrl)}`,
          '    protocol: openai-chat',
          ...(server.needsKey
            ? []
            : [`    auth: none # without this line it wants a key: holdfast auth add ${provider}`]),
        ];
  return `${[
    newConfigText(schemaPath).trimEnd(),
    '# Every key: docs/config.md. A change is in force with the next request; holdfast config check looks it over.',
    '',
    '# Who answers: provider/model.',
    `main: ${provider}/${model}`,
    '',
    '# Who is asked when main cannot answer, in this order. holdfast fallback add PROVIDER/MODEL adds one.',
    `# fallback_chain: [${spare}]`,
    ...own,
    ...(variable === undefined ? [] : describeKeySource(provider, variable, parts)),
    '',
    '# Side tasks of agents with models of their own; those that are not named here are answered by main.',
    '# auxiliary:',
    `#   title_generation: {provider: ${provider}, model: ${model}}`,
    '',
    '# Where the gateway listens (holdfast serve).',
    `# gateway: {host: ${host}, port: ${port}}`,
  ].join('\n')}\n`;
}

/** Parts of its address stand above the comments, in the same block. */
function describeKeySource(
  provider: string,
  variable: string,
  parts: NonNullable<FirstChoice['parts']>,
): readonly string[] {
  const named = Object.entries(parts).map(([name, value]) => `    ${name}: ${value}`);
  const mark = named.length === 0 ? '# ' : '';
  return [
    '',
    `# Its key is looked for in what holdfast auth add ${provider} stored, then as ${variable} in .env beside this`,
    '# file and in the environment. One that is elsewhere is named:',
    `${mark}providers:`,
    `${mark}  ${provider}:`,
    ...named,
    '#     credentials:',
    `#       - {label: work, env: ${variable}}`,
    '#       - {label: spare, file: ~/.keys/spare}',
  ];
}
