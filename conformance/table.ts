/**
 * The table that a conformance run ends with, as Markdown: clients down, scenes across, reasons
 * below.
 */

import type { Scene } from './scene.ts';
import type { Verdict } from './stage.ts';

/** One client and its verdicts, in the order of the scenes. */
export interface Row {
  readonly client: string;
  readonly version: string;
  readonly verdicts: readonly (Verdict | undefined)[];
}

/** The whole table, with a line for each scene that did not pass. */
export function formatTable(scenes: readonly Scene[], rows: readonly Row[]): string {
  const head = ['client', 'version', ...scenes.map(({ title }) => title)];
  const lines = [head, head.map(() => '---'), ...rows.map(toCells)].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  const reasons = rows.flatMap((row) => listReasons(scenes, row));
  return [...lines, ...(reasons.length > 0 ? ['', ...reasons] : [])].join('\n');
}

function toCells({ client, version, verdicts }: Row): readonly string[] {
  return [client, version, ...verdicts.map((verdict) => verdict?.result ?? '–')];
}

function listReasons(scenes: readonly Scene[], { client, verdicts }: Row): readonly string[] {
  return verdicts.flatMap((verdict, index) =>
    verdict?.why === undefined
      ? []
      : [`- ${client}, ${scenes[index]?.title}: ${verdict.result}: ${verdict.why}`],
  );
}
