/**
 * Leaves out what a target refuses: a field of the body together with the betas that go with it, a
 * beta together with its fields (between steps 5 and 3). Pure.
 */

import type { Failure } from '../../model/failure.ts';
import type { Headers } from '../../model/request.ts';
import type { Edit } from '../../model/target.ts';
import { outerOf } from '../../protocols/body/edits.ts';
import type { Betas, ReadBody } from '../../protocols/contract/protocol.ts';
import { itemsOf } from '../../transport/added.ts';
import { findRefusedBetas } from '../classify/refused-field.ts';

/** The amendment that leaves fields out. */
interface FieldsLess {
  readonly edits: readonly Edit[];
  readonly text: string;
  readonly isLasting: true;
}

/** The part of a refused request that this needs. */
interface AskedBetas {
  /** Belongs to the target. */
  readonly spoken: { readonly betas?: Betas };
  readonly headers: Headers;
  readonly body: Pick<ReadBody, 'has'>;
  readonly isTranslated: boolean;
}

/** Fields without which it would be another request. */
export const essential: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'input',
  'prompt',
  'system',
  'instructions',
  'tools',
  'functions',
  'mcp_servers',
  'container',
  'n',
]);

/** A beta and its fields go together: either alone is refused. */
export function withoutBetas(failure: Failure, asked: AskedBetas): FieldsLess | undefined {
  const refused = findRefusedBetas(failure);
  if (refused === undefined || asked.spoken.betas === undefined) return undefined;
  const sent = listBetas(asked.spoken.betas, asked.headers);
  const named = refused === 'all' ? sent : refused;
  const cut = named.filter((beta) => asked.isTranslated || sent.includes(beta));
  const fields = cut.flatMap((beta) => fieldsOfBeta(asked.spoken.betas, beta));
  const isWished = fields.some((field) => essential.has(field) && asked.body.has(field));
  if (cut.length === 0 || isWished) return undefined;
  const there = fields.filter((field) => asked.isTranslated || asked.body.has(outerOf(field)));
  return describeCut(fields, cut, there);
}

/** The betas that go with the field are cut too. */
export function withoutField(
  field: string,
  { spoken: { betas }, headers }: AskedBetas,
): FieldsLess {
  const cut = listBetas(betas, headers).filter((beta) => fieldsOfBeta(betas, beta).includes(field));
  return describeCut([field], cut, [field]);
}

/** `there`: the fields that the request is known to have. */
function describeCut(
  fields: readonly string[],
  betas: readonly string[],
  there: readonly string[],
): FieldsLess {
  const named = betas.length === 0 ? [] : [`the beta ${betas.join(', ')}`];
  return {
    edits: [
      ...fields.map(dropField),
      ...betas.map((beta) => ({ kind: 'drop-beta', beta }) as const),
    ],
    text: `without ${[...new Set(there), ...named].join(' and ')}`,
    isLasting: true,
  };
}

const inMarks = /^cache_control\.(\w+)$/;

/** True if the body may have the field: whether a cache mark has it, only an edit looks. */
export function isAsked(body: Pick<ReadBody, 'has'>, field: string): boolean {
  return inMarks.test(field) || body.has(outerOf(field));
}

function dropField(field: string): Edit {
  const inMark = inMarks.exec(field)?.[1];
  return inMark === undefined ? { kind: 'drop', field } : { kind: 'drop-in-marks', field: inMark };
}

/** Lists the betas that a client asks for. */
export function listBetas(betas: Betas | undefined, headers: Headers): readonly string[] {
  return betas === undefined ? [] : itemsOf(headers[betas.header] ?? '');
}

/** The date at the end of a name says which version of the feature is meant. */
function fieldsOfBeta(betas: Betas | undefined, beta: string): readonly string[] {
  const name = beta.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  return betas !== undefined && Object.hasOwn(betas.fields, name) ? (betas.fields[name] ?? []) : [];
}
