/** The figures of curves as a table, for eyes that want numbers and for screen readers. */

import type { VNode } from 'preact';
import type { SeriesRow } from '../../model/series.ts';
import { measures } from './measures.ts';

export interface FigureRow {
  readonly name: string | VNode;
  readonly sum: SeriesRow;
  readonly isHole?: boolean;
  /** Requests over time, as a small picture. */
  readonly counts?: readonly number[];
}

const lines = measures.flatMap((measure) => measure.lines);

export function Figures({
  label,
  rows,
}: {
  readonly label: string;
  readonly rows: readonly FigureRow[];
}): VNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways where it has no room
    <section class="figures" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <td colSpan={2} />
            {measures.map(({ title, lines: own }) => (
              <th key={title} scope="colgroup" colSpan={own.length}>
                {title}
              </th>
            ))}
          </tr>
          <tr>
            <td colSpan={2} />
            {lines.map(({ title }) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, sum, isHole, counts }, index) => (
            <tr key={index}>
              <th scope="row">{name}</th>
              <td>{counts !== undefined && <Spark counts={counts} />}</td>
              {isHole ? (
                <td colSpan={lines.length}>no gateway</td>
              ) : (
                lines.map((line) => <td key={line.title}>{line.tell(sum)}</td>)
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Spark({ counts }: { readonly counts: readonly number[] }): VNode {
  const most = Math.max(1, ...counts);
  const path = counts
    .map((count, index) => (count === 0 ? '' : `M${index + 0.5} 16v-${2 + (14 * count) / most}`))
    .join('');
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${counts.length} 16`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
