/**
 * The paths whose requests are passed through unread (step 0), and their operations. Data, and its
 * reader.
 */

import type { PassedOperation } from '../../model/protocol.ts';
import type { Headers, Passage } from '../../model/request.ts';

/** Names the provider of a request that names no model. */
export const providerHeader = 'x-holdfast-provider';

type Method = Passage['method'];

/** Leaves out `/v1`. */
export interface PassedPath {
  readonly methods: readonly string[];
  readonly operation: PassedOperation;
  /** The path contains this id. */
  readonly object: string | undefined;
}

const rows: readonly (readonly [path: string, operation: PassedOperation, ...methods: Method[]])[] =
  [
    ['/images/generations', 'images', 'POST'],
    ['/images/edits', 'images', 'POST'],
    ['/images/variations', 'images', 'POST'],
    ['/audio/speech', 'audio', 'POST'],
    ['/audio/transcriptions', 'audio', 'POST'],
    ['/audio/translations', 'audio', 'POST'],
    ['/files', 'files', 'GET', 'POST'],
    ['/files/{id}', 'files', 'GET', 'DELETE'],
    ['/files/{id}/content', 'files', 'GET'],
    ['/batches', 'batches', 'GET', 'POST'],
    ['/batches/{id}', 'batches', 'GET'],
    ['/batches/{id}/cancel', 'batches', 'POST'],
    ['/responses/{id}', 'responses', 'GET', 'DELETE'],
    ['/responses/{id}/cancel', 'responses', 'POST'],
    ['/responses/{id}/input_items', 'responses', 'GET'],
    ['/rerank', 'rerank', 'POST'],
  ];

/** People read these. */
export const passedPaths: readonly string[] = rows.map(([path]) => path);

/** Characters without meaning in a path, so that an id cannot lead elsewhere at the provider. */
const idPattern = /^(?!\.+$)[\w.:~-]+$/;

export function findPassedPath(path: string): PassedPath | undefined {
  for (const [pattern, operation, ...methods] of rows) {
    const [before = '', after] = pattern.split('{id}');
    if (after === undefined) {
      if (path === pattern) return { methods, operation, object: undefined };
    } else if (path.startsWith(before) && path.endsWith(after)) {
      const object = path.slice(before.length, path.length - after.length);
      if (idPattern.test(object)) return { methods, operation, object };
    }
  }
  return undefined;
}

/** Says where a request goes. */
export interface AskedPath {
  readonly method: string;
  readonly query?: string | undefined;
  readonly headers: Headers;
}

/** Builds the path for the provider. A gateway key in the query is removed. */
export function createPassage(
  { path, object }: PassedPath & { readonly path: string },
  { method, query = '', headers }: AskedPath,
): Passage {
  const rest = query
    .split('&')
    .filter((pair) => pair !== '' && !/^key=/i.test(pair))
    .join('&');
  return {
    method: method === 'POST' || method === 'DELETE' ? method : 'GET',
    path: rest === '' ? path : `${path}?${rest}`,
    object,
    provider: headers[providerHeader],
  };
}
