/** The signature table against its corpus: every row is reached by a fixture, and every fixture gets its class. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { builtinEntries } from '../builtin.ts';
import { builtinSignatures } from './builtin.ts';
import type { OneOf, Signature } from './signature.ts';

const folder = join(import.meta.dirname, '../../../test/fixtures/failures');
const names = new Set(builtinEntries.map((entry) => entry.name));
const sourceMark = /^(\[(D|S|I|3)\] \S|n\/v\b)/;

const fixtureSchema = z.strictObject({
  provider: z.string(),
  case: z.string(),
  source: z.string().regex(sourceMark),
  response: z.strictObject({
    status: z.int().min(200).max(599),
    headers: z.record(z.string().regex(/^[a-z0-9_-]+$/), z.string()),
    body: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  }),
  expect: z.strictObject({
    class: z.string(),
    retryAfterMs: z.int().positive().optional(),
    note: z.string().optional(),
  }),
});
type Fixture = z.infer<typeof fixtureSchema>;

const fixtures = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.json') && path.includes('/'))
  .sort()
  .map((path) => ({
    path,
    fixture: fixtureSchema.parse(JSON.parse(readFileSync(join(folder, path), 'utf8'))),
  }));

const ranked = [...builtinSignatures].sort((a, b) => rankOf(a) - rankOf(b));

describe('the signature table', () => {
  it('names each row once', () => {
    const ids = builtinSignatures.map((row) => row.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it.each(builtinSignatures.map((row) => [row.id, row] as const))('%s is well formed', (_id, row) => {
    expect(row.provider === '*' || names.has(row.provider)).toBe(true);
    expect(row.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(row.id.startsWith(`${row.provider === '*' ? 'any' : row.provider}-`)).toBe(true);
    expect(kindOf(row) !== 'status' || row.status !== undefined).toBe(true);
    expect(row.source).toMatch(sourceMark);
    expect(row.sample).not.toMatch(/sk-[A-Za-z0-9]{16}|AIza[A-Za-z0-9_-]{30}/);
  });

  it('reaches every row by a fixture', () => {
    const reached = new Set(fixtures.map(({ fixture }) => firstFit(fixture)?.id));
    expect(builtinSignatures.filter((row) => !reached.has(row.id)).map((row) => row.id)).toEqual([]);
  });
});

describe('the failure corpus', () => {
  it('has its share of fixtures and providers', () => {
    expect(fixtures.length).toBeGreaterThanOrEqual(150);
    expect(new Set(fixtures.map(({ fixture }) => fixture.provider)).size).toBeGreaterThanOrEqual(14);
  });

  it.each(fixtures.map(({ path, fixture }) => [path, fixture] as const))(
    '%s gets its class',
    (path, fixture) => {
      expect(path).toBe(`${fixture.provider}/${fixture.case}.json`);
      expect(names.has(fixture.provider)).toBe(true);
      expect({ class: firstFit(fixture)?.class, rule: firstFit(fixture)?.id }).toMatchObject({
        class: fixture.expect.class,
      });
    },
  );
});

/** The order of `Signature`, spelled out once more and slowly, so that the table is checked without the classifier. */
function firstFit({ provider, response }: Fixture): Signature | undefined {
  const answer = { ...response, provider, error: errorOf(response.body), message: messageOf(response.body) };
  return ranked.find((row) => fits(row, answer));
}

function kindOf(row: Signature): 'structured' | 'text' | 'status' {
  if (row.code ?? row.type ?? row.param ?? row.field ?? row.header) return 'structured';
  return row.text === undefined ? 'status' : 'text';
}

function rankOf(row: Signature): number {
  return (row.provider === '*' ? 3 : 0) + ['structured', 'text', 'status'].indexOf(kindOf(row));
}

interface Answer {
  readonly provider: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly error: Readonly<Record<string, unknown>>;
  readonly message: string;
}

function fits(row: Signature, answer: Answer): boolean {
  return (
    (row.provider === '*' || row.provider === answer.provider) &&
    (row.status === undefined || [row.status].flat().includes(answer.status)) &&
    isOneOf(row.code, answer.error['code']) &&
    isOneOf(row.type, answer.error['type']) &&
    isOneOf(row.param, answer.error['param']) &&
    (row.text === undefined || row.text.test(answer.message)) &&
    fitsField(row, answer) &&
    fitsHeader(row, answer)
  );
}

function fitsField({ field }: Signature, { body }: Answer): boolean {
  return field === undefined || valuesAt(body, field.path).some((value) => isLike(field.is, value));
}

function fitsHeader({ header }: Signature, { headers }: Answer): boolean {
  const value = header === undefined ? undefined : headers[header.name];
  return header === undefined || (value !== undefined && (header.is?.test(value) ?? true));
}

function isOneOf(wanted: OneOf | undefined, found: unknown): boolean {
  if (wanted === undefined) return true;
  return (typeof found === 'string' || typeof found === 'number') && [wanted].flat().includes(String(found));
}

function isLike(wanted: OneOf | RegExp, found: unknown): boolean {
  return wanted instanceof RegExp ? typeof found === 'string' && wanted.test(found) : isOneOf(wanted, found);
}

function parseRecord(value: unknown): Record<string, unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(Array.isArray(value) ? value[0] : value);
  return parsed.success ? parsed.data : {};
}

function errorOf(body: unknown): Record<string, unknown> {
  const top = parseRecord(body);
  const inner = [top['error'], parseRecord(top['response'])['error'], parseRecord(top['choices'])['error']];
  return inner.map(parseRecord).find((found) => Object.keys(found).length > 0) ?? top;
}

function messageOf(body: unknown): string {
  const error = errorOf(body);
  const top = parseRecord(body);
  const found =
    error['message'] ??
    error['error'] ??
    error['detail'] ??
    parseRecord(top['base_resp'])['status_msg'] ??
    body;
  return typeof found === 'string' ? found : JSON.stringify(found);
}

function valuesAt(body: unknown, path: string): unknown[] {
  let values: unknown[] = [Array.isArray(body) ? body[0] : body];
  for (const step of path.split('.')) {
    const name = step.replace('[]', '');
    values = values.flatMap((value) => parseRecord(value)[name]);
  }
  return values;
}
