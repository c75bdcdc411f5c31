/** The page of stories from a run: each story with both ways side by side, in the words that were shown. */

import type { Told, Way } from './story.ts';

/** One story with one agent, told in both ways. */
export interface TwiceTold {
  readonly story: string;
  readonly title: string;
  readonly agent: string;
  readonly told: Readonly<Record<Way, Told>>;
}

const begin = `# Stories

Four troubles of real users, each played twice: with the agent alone before a provider that breaks, and with the same agent before a gateway
that asks the same provider. The agents are the real programs, unchanged; the provider is the [simulated](simulated-provider.md) one. What
they printed stands in quotes; requests are those that the provider saw. The agent is pointed at the gateway by \`holdfast connect NAME --write\`,
nothing else of its settings is touched.

This page is written by a run, which also fails when a story does not go as it is told here:

\`\`\`sh
npm run conformance -- --only hermes,reasonix          # plays them; installs the agents when they are missing
npm run conformance -- --only hermes,reasonix --write  # and writes this page
\`\`\`

Hermes Agent comes from PyPI and needs Python 3.11 to 3.13, its titles need tmux; Reasonix comes from npm.
`;

const end = `
What happens in each of them is explained in [retries](retries.md) and [credentials](credentials.md); the other agents that are run are in
[conformance](conformance.md).
`;

export function renderStories(all: readonly TwiceTold[]): string {
  const names = [...new Set(all.map(({ story }) => story))];
  const chapters = names.map((name) => renderStory(all.filter(({ story }) => story === name)));
  return [begin, ...chapters, end].join('');
}

function renderStory(tellings: readonly TwiceTold[]): string {
  const rows = tellings.map(
    ({ agent, told }) => `| ${agent} | ${renderTold(told.directly)} | ${renderTold(told.through)} |`,
  );
  const head = ['| agent | directly | through Holdfast |', '|---|---|---|'];
  return `\n## ${tellings[0]?.title}\n\n${[...head, ...rows].join('\n')}\n`;
}

/** Ports, ids and marks of a run would make a new page of each run. */
function renderTold({ shown }: Told): string {
  return shown.map(toCell).join('<br>');
}

function toCell(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
    .replaceAll(/hfr_\w+/g, 'hfr_…')
    .replaceAll('|', '\\|');
}
