/**
 * Parses an answer that a person pasted: the output of `curl -i`, a bare body, or a recorded
 * stream. Throws `RequestError` for anything else.
 */

import { RequestError } from '../errors.ts';
import type { Headers } from '../model/request.ts';

export interface PastedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const statusLine = /^HTTP\/[\d.]+ (\d{3})\b[^\n]*\n/;

/** `status` is for input without a status line; a stream without one had 200. */
export function readResponseText(
  text: string,
  {
    status,
    isStream,
  }: { readonly status: number | undefined; readonly isStream: (body: string) => boolean },
): PastedResponse {
  const input = text.replaceAll('\r\n', '\n').replace(/^\uFEFF?\s*/, '');
  if (input === '' && status === undefined)
    throw refusePastedText('there is no answer to classify');
  const head = readPastedHead(input);
  const known = status ?? head?.status ?? (isStream(input) ? 200 : undefined);
  if (known === undefined)
    throw refusePastedText(
      'the answer has no status line, and a body alone does not say its status',
    );
  if (head === undefined) return { status: known, headers: {}, body: input };
  if (known !== head.status)
    throw refusePastedText(
      `the answer says HTTP ${head.status} and --status says ${known}`,
      'leave --status out',
    );
  return head;
}

/** Of several heads (a proxy's, `100 Continue`) the last one counts. */
function readPastedHead(text: string): PastedResponse | undefined {
  const [line, status] = statusLine.exec(`${text}\n`) ?? [];
  if (line === undefined || status === undefined) return undefined;
  const rest = text.slice(line.length);
  const end = rest.search(/(^|\n)\n/);
  const head = end < 0 ? rest : rest.slice(0, end);
  const body = end < 0 ? '' : rest.slice(end).replace(/^\n{1,2}/, '');
  return readPastedHead(body) ?? { status: Number(status), headers: readHeaders(head), body };
}

function readHeaders(head: string): Headers {
  return Object.fromEntries(
    head.split('\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 1
        ? []
        : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
    }),
  );
}

const howToGive = 'curl -i … | holdfast classify, or holdfast classify --status 429 < body.json';

function refusePastedText(message: string, fix = howToGive): RequestError {
  return new RequestError('request-invalid', message, { fix });
}
