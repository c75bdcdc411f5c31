/**
 * Defines a failure signature: a pattern over a provider's answer, and the class it means. Rows
 * are data; `access/classify` reads them for the engine, `explain/why/rules` for people.
 * docs/corpus.md explains their order.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { CandidateField } from '../../failures/row.ts';
import type { FailureClass } from '../../model/failure.ts';

/**
 * Matches one value, or any of several. Codes are compared as text, so a number `1008` on the wire
 * equals `'1008'` here.
 */
export type OneOf = string | readonly string[];

/**
 * Describes one row. Its matching fields are ANDed; a row has at least one. If several rows match
 * an answer, one decides, in this order, wherever they are written: the provider's own before `*`;
 * structured (`code`, `type`, `param`, `field`, `header`, with or without others) before `text`,
 * `text` before a bare `status`; a row before those that its `before` names; then the class with
 * the lower `precedence`.
 *
 * `error` below is the error object of an answer: the body's `error`, or `response.error`,
 * `choices[0].error`, or that of the first item if the body is an array. If there is none, or it is
 * a text, its fields are read at the top. If a wrapper wrote an error body into its message, that
 * is read in the same way.
 */
export interface Signature {
  /**
   * Kebab-case, beginning with the provider or `any`: `openai-insufficient-quota`. Shown as the
   * rule that decided.
   */
  readonly id: string;
  /** Is a catalogue name, or `*` for every provider. */
  readonly provider: string;
  /**
   * HTTP status, or inside an answer with 200 the status that the body names. Default: every
   * status, 200 included.
   */
  readonly status?: number | readonly number[];
  /**
   * Is compared with `error.code`, else a top-level `code`; without either with the name that AWS
   * gives an error, in the body's `__type` or the header `x-amzn-errortype`, without its namespace
   * and `Exception`: `Throttling`.
   */
  readonly code?: OneOf;
  /** Is compared with `error.type`, else a top-level `type` other than `error`. */
  readonly type?: OneOf;
  /** Is compared with `error.param`, else a top-level `param`. */
  readonly param?: OneOf;
  /**
   * A vendor's own place in the body (in its first item, if the body is an array); `[]` after a
   * name means any item of that list: `error.details[].reason`.
   */
  readonly field?: { readonly path: string; readonly is: OneOf | RegExp };
  /**
   * Matches the message: `error.message`, `error` as text, `message`, `Message`, `detail`,
   * `base_resp.status_msg`, else the body as text. A message that is an object counts as its JSON.
   */
  readonly text?: RegExp;
  /** Names a response header in lower case. Without `is` it only has to be present. */
  readonly header?: { readonly name: string; readonly is?: RegExp };
  /**
   * `auth-rejected` covers any auth error without a permanent cause; the classifier makes it
   * `auth-suspect` if the key is proven. `auth-revoked` is for a permanent cause that the provider
   * names.
   */
  readonly class: FailureClass;
  /** Lists what a mark covers besides the origin, if not the class's own scope. */
  readonly scope?: readonly CandidateField[];
  /**
   * True for a code or type that says that something broke, but not what: a text is more exact,
   * so it ranks with a bare status. Default: false.
   */
  readonly isVague?: true;
  /**
   * True for words that only name a subject, such as a model or a policy: what is wrong with it
   * they leave open, so nobody is told more than their status. Default: false.
   */
  readonly isHint?: true;
  /**
   * Ids of rows of the same provider and kind that match the same answers, and that this one
   * overrides. Default: none.
   */
  readonly before?: readonly string[];
  /**
   * True if the named cause is permanent, so that neither waiting nor retrying helps. Default: only
   * for `auth-revoked`.
   */
  readonly permanent?: boolean;
  /**
   * True if the provider's wait hint with this error is known to be meaningless. Default: false.
   */
  readonly ignoreRetryAfter?: boolean;
  /** Says where this was seen: a page, an issue, a source file, after its mark: `[D] https://…`. */
  readonly source: string;
}

/** Makes the `field` of rows that look at one place. */
export function fieldAt(path: string): (is: OneOf | RegExp) => NonNullable<Signature['field']> {
  return (is) => ({ path, is });
}

/** Joins ways to say one thing; upper and lower case are alike. */
export function anyOf(...ways: readonly RegExp[]): RegExp {
  return new RegExp(ways.map(({ source }) => `(?:${source})`).join('|'), 'i');
}

/** Is a row of a table. Its id names the provider; the table's `source` applies if it has none. */
type SignatureRow = Omit<Signature, 'id' | 'provider' | 'source'> &
  Partial<Pick<Signature, 'source'>>;

export function signaturesOf(
  source: string,
  rows: Readonly<Record<string, SignatureRow>>,
): readonly Signature[] {
  return Object.entries(rows).map(([id, row]) => ({
    id,
    provider: providerOfRule(id),
    source,
    ...(rowOfClass(row.class).mark?.isFinal ? { permanent: true } : {}),
    ...row,
  }));
}

/** Reads the provider out of a rule's id. */
export function providerOfRule(id: string): string {
  const [first = ''] = id.split('-', 1);
  return first === 'any' ? '*' : first;
}
