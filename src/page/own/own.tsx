/** The page of a caller that came with its own key: its requests, and nothing of others. */

import type { VNode } from 'preact';
import { useAnswer } from '../answers.ts';
import { now } from '../gateway.ts';
import { Late, parseLate } from '../now/late.tsx';
import { Problem } from '../parts.tsx';

/** They are asked for again this often. */
const everyMs = 3000;

export function Own(): VNode {
  const turn = Math.floor(now.value / everyMs);
  const { value, problem } = useAnswer('/admin/records?limit=50', parseLate, turn);
  return (
    <>
      {problem !== undefined && <Problem text={problem} />}
      {value !== undefined && <Late recent={value} />}
    </>
  );
}
