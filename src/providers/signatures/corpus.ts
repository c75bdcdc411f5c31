/** Reads the recorded answers that the signatures were learned from: corpus/index.json. */

import { corpusPath } from '../../host/package-files.ts';
import type { Files } from '../../host.ts';
import type { Headers } from '../../model/request.ts';

export interface RecordedAnswer {
  /** The id of the rule that decides it; absent if it is no failure. */
  readonly rule: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

interface CorpusCase {
  readonly response: {
    readonly status: number;
    readonly headers?: Headers;
    readonly body?: unknown;
  };
  readonly expect: { readonly rule: { readonly id: string } | null };
}

/** Leaves out streams. Empty without the file, as in a partial copy of the package. */
export function readCorpus(files: Files): readonly RecordedAnswer[] {
  try {
    const { cases }: { readonly cases: readonly CorpusCase[] } = JSON.parse(
      files.readText(corpusPath()),
    );
    return cases.flatMap(toAnswer);
  } catch {
    return [];
  }
}

function toAnswer({
  response: { status, headers = {}, body },
  expect,
}: CorpusCase): readonly RecordedAnswer[] {
  if (body === undefined) return [];
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return [{ rule: expect.rule?.id, status, headers, body: text }];
}
