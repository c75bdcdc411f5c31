/** Small parts that several views show. */

import { useSignal } from '@preact/signals';
import type { VNode } from 'preact';
import type { Fix } from '../model/fix.ts';
import { copyText } from './browser.ts';

const signs: Readonly<Record<string, string>> = {
  well: '●',
  works: '●',
  answered: '●',
  resting: '◐',
  rests: '◐',
  due: '◐',
  broken: '✗',
  out: '✗',
  missing: '✗',
  barred: '✗',
  failed: '✗',
  passed: '✓',
  wrong: '✗',
  'worth knowing': '–',
  'not known': '?',
};

/** A coloured sign; the words beside it say the same. */
export function Sign({ state }: { readonly state: string }): VNode {
  return (
    <span class="sign" data-state={state} aria-hidden="true">
      {signs[state] ?? '○'}
    </span>
  );
}

/** What to do, with the line to paste where there is one. */
export function Command({ fix }: { readonly fix: Fix }): VNode {
  const { text, command } = fix;
  if (command === undefined) return <p class="fix">{text}</p>;
  return (
    <p class="fix">
      <span class="why">{text}</span>
      <code>{command}</code>
      <Copy text={command} />
    </p>
  );
}

export function Copy({ text }: { readonly text: string }): VNode {
  const said = useSignal('copy');
  const copy = async (): Promise<void> => {
    said.value = await copyText(text).then(
      () => 'copied',
      () => 'select it',
    );
  };
  return (
    <button type="button" class="copy" onClick={() => void copy()} aria-label={`copy ${text}`}>
      {said}
    </button>
  );
}

/** What went wrong with the page's own question. */
export function Problem({ text }: { readonly text: string }): VNode {
  return (
    <p class="trouble" role="alert">
      {text}
    </p>
  );
}

/** A button of several, of which one is chosen. */
export function Choice({
  is,
  choose,
  children,
}: {
  readonly is: boolean;
  readonly choose: () => void;
  readonly children: string;
}): VNode {
  return (
    <button type="button" aria-pressed={is} onClick={choose}>
      {children}
    </button>
  );
}
