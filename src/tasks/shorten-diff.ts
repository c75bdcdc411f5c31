/**
 * Fits a diff of any size into a prompt: each file gets the same share; longer ones are cut and
 * named. Pure.
 */

/** In characters: about 20,000 tokens, which fits every context window in use. */
const diffLimit = 60_000;
/** Below this share a file is only named. */
const minShare = 400;
/** Names at most this many files without room; the others are counted. */
const namedLimit = 200;

export interface ShortDiff {
  readonly text: string;
  /** Names the files that were cut, in the order of the diff. */
  readonly shortened: readonly string[];
}

interface FileDiff {
  readonly name: string;
  readonly text: string;
}

export function shortenDiff(diff: string, limit: number = diffLimit): ShortDiff {
  if (diff.length <= limit) return { text: diff, shortened: [] };
  const files = splitFiles(diff);
  const share = Math.max(minShare, fairShare(files, limit));
  const shown: string[] = [];
  const omitted: FileDiff[] = [];
  const shortened: string[] = [];
  let left = limit;
  for (const file of files) {
    const size = Math.min(file.text.length, share);
    if (size < file.text.length) shortened.push(file.name);
    if (size > left) omitted.push(file);
    else shown.push(cutDiff(file, share));
    left -= size > left ? 0 : size;
  }
  const names = omitted.slice(0, namedLimit).map(summarizeFile);
  const rest = omitted.length > namedLimit ? [`and ${omitted.length - namedLimit} more files`] : [];
  const list =
    names.length === 0 ? [] : [['Left out for their number:', ...names, ...rest].join('\n')];
  return {
    text: [...shown, ...list].join('\n'),
    shortened: [...new Set([...shortened, ...omitted.map(({ name }) => name)])],
  };
}

function splitFiles(diff: string): readonly FileDiff[] {
  return diff
    .split(/^(?=diff --(?:git|cc|combined) )/m)
    .filter((text) => text.trim() !== '')
    .map((text) => ({ name: nameOfDiff(text), text: text.trimEnd() }));
}

/** Returns the new name as git writes it; undefined if this is not a git diff. */
function nameOfDiff(text: string): string {
  const [first = ''] = text.split('\n', 1);
  return (
    /^diff --git .* "?b\/(.+?)"?$/.exec(first)?.[1] ??
    /^diff --(?:cc|combined) (.+)$/.exec(first)?.[1] ??
    'the input'
  );
}

/** Returns the share per file so that all fit: short files leave their rest to the others. */
function fairShare(files: readonly FileDiff[], limit: number): number {
  const sizes = files.map(({ text }) => text.length).sort((a, b) => a - b);
  let left = limit;
  for (const [index, size] of sizes.entries()) {
    const share = Math.floor(left / (sizes.length - index));
    if (size > share) return share;
    left -= size;
  }
  return limit;
}

function cutDiff({ name, text }: FileDiff, share: number): string {
  if (text.length <= share) return text;
  const kept = text.slice(0, share);
  const end = kept.lastIndexOf('\n');
  const whole = end > 0 ? kept.slice(0, end) : kept;
  const lines = text.slice(whole.length).split('\n').length - 1;
  return `${whole}\n[${Math.max(1, lines)} more lines of ${name} left out]`;
}

/** Returns, for example, `src/a.ts (+12 -3)`. */
function summarizeFile({ name, text }: FileDiff): string {
  const added = text.match(/^\+(?!\+\+ )/gm)?.length ?? 0;
  const removed = text.match(/^-(?!-- )/gm)?.length ?? 0;
  return `${name} (+${added} -${removed})`;
}
