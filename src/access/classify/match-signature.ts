/**
 * Finds the signature row that matches an answer (step 4 of a request), in the order that
 * `Signature` states: whose words, what kind of evidence, then which class.
 */

import { rowOfClass } from '../../failures/classes.ts';
import type { FailureClass } from '../../model/failure.ts';
import { builtinSignatures } from '../../providers/signatures/builtin.ts';
import type { OneOf, Signature } from '../../providers/signatures/signature.ts';
import { type ErrorBody, layersOf, valuesAt } from './error-body.ts';

export interface MatchFacts extends ErrorBody {
  readonly provider: string;
  /** The vendor whose words a gateway repeats. Absent: it names none. */
  readonly quoted?: string | undefined;
  /** From the HTTP layer; `status` comes from the body. */
  readonly httpStatus: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** An error inside a 200 has only the status in its body. */
export function statusOf({
  httpStatus,
  status,
}: Pick<MatchFacts, 'httpStatus' | 'status'>): number {
  return httpStatus < 400 ? (status ?? httpStatus) : httpStatus;
}

/** What is said of them is said of others at another address. */
const elsewhere: readonly FailureClass[] = ['model-missing', 'not-offered', 'forbidden-region'];

/** Returns the row that decides an answer. The order of the rows does not matter. */
export const matchSignature = createMatcher(builtinSignatures);

/** Makes such a function of other rows. */
export function createMatcher(
  rows: readonly Signature[],
): (answer: MatchFacts) => Signature | undefined {
  const ranked = [...rows].sort(compareRows);
  const later = findLater(rows);
  const said = ranked.filter(isSaid);
  return (answer) => {
    const fitting = ranked.filter((row) => isAsked(row, answer) && fitsAnyLayer(row, answer));
    const found = findFirst(fitting, later);
    if (found !== undefined && found.isHint !== true && rankOf(found) < bareRank) return found;
    return findUnanimous(said, answer) ?? found;
  };
}

/** The rank of a bare status, which means the same at every vendor. */
const bareRank = 5;

/**
 * What a vendor alone says of money, a limit or the request means the same from another mouth: its
 * errors come through gateways, and from addresses that nobody knows. Numbers do not, nor what is
 * said of a key, a model, a path or a place.
 */
function isSaid({ provider, code, text, type, field, header, isHint }: Signature): boolean {
  if (provider === '*' || isHint === true) return false;
  const said = [code, type, text?.source].flat();
  return (field ?? header) !== undefined || said.some((one) => /[a-z]{4}/i.test(one ?? ''));
}

/** Where vendors mean different things by the same words, nobody knows what they mean here. */
function findUnanimous(rows: readonly Signature[], answer: MatchFacts): Signature | undefined {
  const [first, ...others] = rows.filter((row) => fitsAnyLayer(row, answer));
  if (first === undefined || others.some((row) => row.class !== first.class)) return undefined;
  const isOfDoor = rowOfClass(first.class).heldAgainst === 'key' || elsewhere.includes(first.class);
  return isOfDoor ? undefined : first;
}

function isAsked({ provider }: Signature, answer: MatchFacts): boolean {
  return ['*', answer.provider, answer.quoted].includes(provider);
}

export function fieldMatched(row: Signature): 'code' | 'text' | 'status' {
  if (row.code ?? row.type ?? row.param ?? row.field ?? row.header) return 'code';
  return row.text === undefined ? 'status' : 'text';
}

/**
 * Puts the provider's own rows before generic ones, structure before text before status. Lower goes
 * first.
 */
export function rankOf(row: Signature): number {
  return (
    (row.provider === '*' ? 3 : 0) +
    ['code', 'text', 'status'].indexOf(row.isVague === true ? 'status' : fieldMatched(row))
  );
}

function compareRows(a: Signature, b: Signature): number {
  return rankOf(a) - rankOf(b) || precedenceOf(a) - precedenceOf(b) || (a.id < b.id ? -1 : 1);
}

/**
 * Puts the most exact reason first: billing before model-missing, a used-up plan before a limit per
 * minute, a caller's fault last.
 */
function precedenceOf({ class: failureClass }: Signature): number {
  return rowOfClass(failureClass).precedence ?? Number.MAX_SAFE_INTEGER;
}

/** Maps each row to the rows that it precedes, directly or through others. */
function findLater(rows: readonly Signature[]): ReadonlyMap<string, ReadonlySet<string>> {
  const direct = new Map(rows.map((row) => [row.id, row.before ?? []]));
  const reach = (id: string, found: Set<string>): Set<string> => {
    for (const next of direct.get(id) ?? []) if (!found.has(next)) reach(next, found.add(next));
    return found;
  };
  return new Map(
    rows.flatMap(({ id, before }) => (before === undefined ? [] : [[id, reach(id, new Set())]])),
  );
}

/** Returns the first row that no other row precedes. */
function findFirst(
  fitting: readonly Signature[],
  later: ReadonlyMap<string, ReadonlySet<string>>,
): Signature | undefined {
  return (
    fitting.find((row) => !fitting.some((other) => later.get(other.id)?.has(row.id))) ?? fitting[0]
  );
}

/**
 * Tries the body itself and what a wrapper wrote into its message: each layer has its own words and
 * status.
 */
function fitsAnyLayer(row: Signature, answer: MatchFacts): boolean {
  if (row.header !== undefined && !fitsHeader(row.header, answer.headers)) return false;
  return layersOf(answer).some((layer) => fitsStatus(row, layer, answer) && fitsBody(row, layer));
}

/** A status inside the body counts only with HTTP 200, and inside a wrapper's message. */
function fitsStatus(row: Signature, layer: ErrorBody, answer: MatchFacts): boolean {
  if (row.status === undefined) return true;
  const statuses = [row.status].flat();
  const { httpStatus, body } = answer;
  if (statuses.includes(httpStatus)) return true;
  if (rowOfClass(row.class).isRequestFault === true && blamesRequest(answer))
    return ofRequests.some((status) => statuses.includes(status));
  const isInside = httpStatus < 400 || layer.body !== body;
  return isInside && layer.status !== undefined && statuses.includes(layer.status);
}

const ofRequests = [400, 422];
const blamed =
  /^(invalid_argument|failed_precondition|invalid_request_error|bad_?request(error)?)$/i;
const saidCode = /\b(?:error code|status(?: code)?|returned|http)\W{0,3}(?:400|422)\b/i;

/**
 * A gateway may give all errors of its upstream one 5xx. That the request is at fault stands in the
 * body alone then, as a number, a name or in words; whose key it is about nobody knows.
 */
function blamesRequest({ httpStatus, status = 0, error, message }: MatchFacts): boolean {
  if (httpStatus < 500) return false;
  const names = [error['status'], error['type'], error['code']].map(String);
  return (
    ofRequests.includes(status) || names.some((name) => blamed.test(name)) || saidCode.test(message)
  );
}

function fitsBody(row: Signature, { error, body, message }: ErrorBody): boolean {
  return (
    isOneOf(row.code, error['code']) &&
    isOneOf(row.type, error['type']) &&
    isOneOf(row.param, error['param']) &&
    (row.text === undefined || row.text.test(message)) &&
    (row.field === undefined || fitsField(row.field, body))
  );
}

function fitsField(field: NonNullable<Signature['field']>, body: unknown): boolean {
  return valuesAt(body, field.path).some((value) =>
    field.is instanceof RegExp
      ? typeof value === 'string' && field.is.test(value)
      : isOneOf(field.is, value),
  );
}

function fitsHeader(
  header: NonNullable<Signature['header']>,
  headers: Readonly<Record<string, string>>,
): boolean {
  const value = headers[header.name];
  return value !== undefined && (header.is?.test(value) ?? true);
}

function isOneOf(wanted: OneOf | undefined, found: unknown): boolean {
  if (wanted === undefined) return true;
  return (
    (typeof found === 'string' || typeof found === 'number') &&
    [wanted].flat().includes(String(found))
  );
}
