/**
 * What a failure signature is: a pattern over one answer of a provider, and the class it stands
 * for. Rows are data; `access/classify` reads them for the engine, `explain/why/rules` for people.
 * In which order they are asked: docs/corpus.md.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { CandidateField } from '../../failures/row.ts';
import type { FailureClass } from '../../model/failure.ts';

/**
 * One value, or any of several. Codes are compared as text, so a number `1008` on the wire equals
 * `'1008'` here.
 */
export type OneOf = string | readonly string[];

/**
 * One row. The fields that match are ANDed; a row has at least one. Of the rows that fit an answer
 * one decides, in this order, wherever they are written: the provider's own before `*`; structured
 * (`code`, `type`, `param`, `field`, `header`, whatever stands beside them) before `text`, `text`
 * before a bare `status`; a row before those that its `before` names; then the class with the lower
 * `precedence`.
 *
 * `error` below is the error object of an answer: the body's `error`, or `response.error`,
 * `choices[0].error`, or that of the first item where the body is an array. Where there is none, or
 * it is a text, its fields are looked for at the top. An error body that a wrapper wrote into its
 * message is looked at in the same way.
 */
export interface Signature {
  /**
   * Kebab-case, beginning with the provider or `any`: `openai-insufficient-quota`. Shown as the
   * rule that decided.
   */
  readonly id: string;
  /** A catalogue name, or `*` for every provider. */
  readonly provider: string;
  /**
   * HTTP status, or inside an answer with 200 the status that the body names. Default: every
   * status, 200 included.
   */
  readonly status?: number | readonly number[];
  /** `error.code`, else a top-level `code`. */
  readonly code?: OneOf;
  /** `error.type`, else a top-level `type` other than `error`. */
  readonly type?: OneOf;
  /** `error.param`, else a top-level `param`. */
  readonly param?: OneOf;
  /**
   * A vendor's own place in the body (in its first item, where the body is an array); `[]` after a
   * name means any item of that list: `error.details[].reason`.
   */
  readonly field?: { readonly path: string; readonly is: OneOf | RegExp };
  /**
   * Against the message: `error.message`, `error` as text, `message`, `detail`,
   * `base_resp.status_msg`, else the body as text. A message that is an object counts as its JSON.
   */
  readonly text?: RegExp;
  /** A response header, by lower-case name. An absent `is` asks only that it is there. */
  readonly header?: { readonly name: string; readonly is?: RegExp };
  /**
   * `auth-rejected` stands for any auth signature without a permanent cause; the classifier makes
   * it `auth-suspect` where the key is proven. `auth-revoked` is for a permanent cause that the
   * provider names.
   */
  readonly class: FailureClass;
  /** What a mark covers besides the origin, when not the class's own scope. */
  readonly scope?: readonly CandidateField[];
  /**
   * True of a code or type that says that something broke, and not what: any text says more, so it
   * ranks with a bare status. Default: false.
   */
  readonly isVague?: true;
  /**
   * Ids of rows of the same provider and kind that fit the same answers and give way to this one.
   * Default: none.
   */
  readonly before?: readonly string[];
  /**
   * True when neither waiting nor asking again can help: the cause that is named is permanent.
   * Default: only of `auth-revoked`.
   */
  readonly permanent?: boolean;
  /** True when the provider's wait hint next to this is known to be meaningless. Default: false. */
  readonly ignoreRetryAfter?: boolean;
  /**
   * Where this was seen: a page, an issue, a source file, with its mark in front: `[D] https://…`.
   */
  readonly source: string;
  /** A short excerpt of a real-looking answer. Never a secret. */
  readonly sample: string;
}

/**
 * One row as a table has it, under its id: the provider stands in that, and `source` above all rows
 * that do not name their own.
 */
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

/** Whose row it is, by its id. */
export function providerOfRule(id: string): string {
  const [first = ''] = id.split('-', 1);
  return first === 'any' ? '*' : first;
}
