/** Finds the error object and the message in a provider's answer, wherever vendors put them. Pure; classify asks. */

import { isRecord } from '../protocols/edits.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface ErrorBody {
  /** The parsed body, or its text. */
  readonly body: unknown;
  /** The error object; the whole body's fields where there is none. */
  readonly error: Fields;
  /** The provider's sentence; the body's text where it has none. */
  readonly message: string;
}

export function parseErrorBody(text: string): ErrorBody {
  const body = parseOrText(text);
  const error = findError(body);
  return { body, error, message: findMessage(body, error) };
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not JSON: an HTML page or a plain sentence
  }
}

function recordOf(value: unknown): Fields {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isRecord(first) ? first : {};
}

/** At the top, inside a failed response, or inside a choice. */
function findError(body: unknown): Fields {
  const top = recordOf(body);
  const inner = [top['error'], recordOf(top['response'])['error'], recordOf(top['choices'])['error']];
  return inner.map(recordOf).find((found) => Object.keys(found).length > 0) ?? top;
}

function findMessage(body: unknown, error: Fields): string {
  const found =
    error['message'] ??
    error['error'] ??
    error['detail'] ??
    recordOf(recordOf(body)['base_resp'])['status_msg'] ??
    body;
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** The values at a dotted path; `[]` after a name means any item of that list. */
export function valuesAt(body: unknown, path: string): readonly unknown[] {
  let values: readonly unknown[] = [Array.isArray(body) ? body[0] : body];
  for (const step of path.split('.')) {
    const name = step.replace('[]', '');
    values = values
      .map((value) => recordOf(value)[name])
      .flatMap((value): readonly unknown[] =>
        step.endsWith('[]') && Array.isArray(value) ? value : [value],
      );
  }
  return values;
}
