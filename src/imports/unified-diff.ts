/** Writes the difference between two texts as a unified diff, for people and for `patch`. Pure. */

import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/** Empty if the texts are equal. An absent old file is `/dev/null`. */
export function unifiedDiff(
  before: { readonly name: string; readonly text: string } | undefined,
  after: { readonly name: string; readonly text: string },
): string {
  const old = before ?? { name: '/dev/null', text: '' };
  if (old.text === after.text) return '';
  return createTwoFilesPatch(old.name, after.name, old.text, after.text, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
