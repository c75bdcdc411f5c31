/**
 * The middle of docs/stories.md from a run: each story with both ways side by side, in the words
 * that were shown.
 */

import type { Told, Way } from './story.ts';

/** One story with one agent, told in both ways. */
export interface TwiceTold {
  readonly story: string;
  readonly title: string;
  readonly agent: string;
  readonly told: Readonly<Record<Way, Told>>;
}

const begin = '<!-- what a run wrote -->\n';
const end = '\n<!-- end of what a run wrote -->';

/**
 * The page with the stories of this run in place of those of the last one; what is around them
 * stays.
 */
export function renderStories(page: string, all: readonly TwiceTold[]): string {
  const names = [...new Set(all.map(({ story }) => story))];
  const chapters = names.map((name) => renderStory(all.filter(({ story }) => story === name)));
  const before = page.slice(0, page.indexOf(begin) + begin.length);
  return before + chapters.join('') + page.slice(page.indexOf(end));
}

function renderStory(tellings: readonly TwiceTold[]): string {
  const rows = tellings.map(
    ({ agent, told }) =>
      `| ${agent} | ${renderTold(told.directly)} | ${renderTold(told.through)} |`,
  );
  const head = ['| agent | directly | through Holdfast |', '|---|---|---|'];
  return `\n## ${tellings[0]?.title}\n\n${[...head, ...rows].join('\n')}\n`;
}

/** Ports, ids and times of a run would make a new page of each run. */
function renderTold({ shown }: Told): string {
  return shown.map(toCell).join('<br>');
}

function toCell(text: string): string {
  return text
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:…')
    .replaceAll(/hfr_\w+/g, 'hfr_…')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\b\d\d:\d\d(:\d\d)?\b/g, '…')
    .replaceAll('|', '\\|');
}
