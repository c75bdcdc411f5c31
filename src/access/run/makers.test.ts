/**
 * What makes something is asked of everybody who can make it while nobody can have made it, and of
 * nobody after that: pictures, batches and answers in the background, with random failures of
 * random keys, at another key of the account, at the same model elsewhere, at a fallback.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { createRuntime } from '../../runtime.ts';

const json = { 'content-type': 'application/json' };
const failed = (status: number, error: object, headers = {}): UpstreamStep => ({
  status,
  headers: { ...json, ...headers },
  chunks: [JSON.stringify({ error })],
});
const broken = (code: string, isUnsent: boolean): UpstreamStep => ({
  error: Object.assign(new Error(`read ${code}`), { code }),
  isUnsent,
});

/** Nobody has made anything: it was refused, or did not go out to its end. */
const before: Readonly<Record<string, UpstreamStep>> = {
  '429': failed(429, { message: 'slow down' }),
  '429 with its end': failed(429, { message: 'slow down' }, { 'retry-after': '40' }),
  '529': failed(529, { message: 'Overloaded', type: 'overloaded_error' }),
  'a 503 that says overloaded': failed(503, { message: 'The server is overloaded' }),
  '401': failed(401, { message: 'Incorrect API key provided', code: 'invalid_api_key' }),
  '402': failed(402, { message: 'Insufficient balance' }),
  'a spent quota': failed(429, {
    message: 'You exceeded your current quota',
    code: 'insufficient_quota',
  }),
  '403': failed(403, { message: 'This organization may not use this model' }),
  'no such model': failed(404, { message: 'The model does not exist', code: 'model_not_found' }),
  'no such path': { status: 404, chunks: ['404 page not found'] },
  'not implemented': failed(501, { message: 'not implemented' }),
  'nobody listens': broken('ECONNREFUSED', true),
  'no such host': broken('ENOTFOUND', true),
  'no connection in time': broken('ETIMEDOUT', true),
  'a certificate that has expired': broken('CERT_HAS_EXPIRED', true),
  'a reset before the request was out': broken('ECONNRESET', true),
  'a pipe that broke before it was out': broken('EPIPE', true),
};
/** It was sent, and nobody knows whether it was made. */
const after: Readonly<Record<string, UpstreamStep>> = {
  '500': failed(500, { message: 'internal error' }),
  '502': { status: 502, chunks: ['<html>bad gateway</html>'] },
  'a bare 503': { status: 503, chunks: ['<html>no</html>'] },
  '504': failed(504, { message: 'gateway timeout' }),
  '520': { status: 520, chunks: ['<html>unknown</html>'] },
  'an error in a 200': {
    headers: json,
    chunks: ['{"error":{"message":"it broke","type":"server_error"}}'],
  },
  'half an answer': {
    headers: json,
    chunks: ['{"id":'],
    cutAfter: broken('ECONNRESET', false).error as Error,
  },
  'a page': { headers: { 'content-type': 'text/html' }, chunks: ['<html></html>'] },
  'an empty answer': { headers: json, chunks: [''] },
  'a reset': broken('ECONNRESET', false),
  'a pipe that broke': broken('EPIPE', false),
  'a connection that died': broken('ETIMEDOUT', false),
  'an invalid head': broken('HPE_INVALID_CONSTANT', false),
  'an alert after the handshake': broken('ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC', false),
};
const drawn = { ...before, ...after };
/** What an account says of a file that it has never seen. */
const strange: Readonly<Record<string, UpstreamStep>> = {
  'a 404 of the file': failed(404, { message: 'No such File object: file-abc123' }),
  'a 400 of the file': failed(400, {
    message: 'Invalid file: file-abc123',
    param: 'input_file_id',
  }),
};
const failures: Readonly<Record<string, UpstreamStep>> = { ...drawn, ...strange };

interface Maker {
  readonly path: string;
  readonly type: string;
  readonly body: string;
  readonly made: string;
  readonly protocol?: 'openai-responses';
}

const picture = '{"created":1,"data":[{"b64_json":"aGk="}]}';
const form = (fields: Readonly<Record<string, string>>): Pick<Maker, 'type' | 'body'> => ({
  type: 'multipart/form-data; boundary=b',
  body: `${Object.entries(fields)
    .map(
      ([name, value]) =>
        `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('')}--b--\r\n`,
});
const asJson = (body: object): Pick<Maker, 'type' | 'body'> => ({
  type: json['content-type'],
  body: JSON.stringify(body),
});
const response = (more: object): Omit<Maker, 'made'> => ({
  path: '/v1/responses',
  ...asJson({ model: 'main', input: 'hello', background: true, ...more }),
  protocol: 'openai-responses',
});
const queued = { id: 'resp_1', object: 'response', status: 'queued', background: true, output: [] };
const makers: Readonly<Record<string, Maker>> = {
  'a picture': {
    path: '/v1/images/generations',
    ...asJson({ model: 'one/paint', prompt: 'cat' }),
    made: picture,
  },
  'an edited picture': {
    path: '/v1/images/edits',
    ...form({ image: 'x', model: 'one/paint' }),
    made: picture,
  },
  'a variation': { path: '/v1/images/variations', ...form({ model: 'one/paint' }), made: picture },
  'a batch': {
    path: '/v1/batches',
    ...asJson({ input_file_id: 'file-abc123' }),
    made: '{"id":"batch_1","object":"batch"}',
  },
  'an answer in the background': { ...response({}), made: JSON.stringify(queued) },
  'an answer in the background that needs tools': {
    ...response({ tools: [{ type: 'function', name: 'f', parameters: {} }] }),
    made: JSON.stringify(queued),
  },
};

/** Who could make it besides the first key. */
const ways = ['nobody', 'a key of its account', 'another account', 'another provider'] as const;

function configure(way: (typeof ways)[number], protocol = 'openai-chat'): object {
  const account = way === 'a key of its account' ? { account: 'team' } : {};
  const server = (name: string, keys: number, models?: object): object => ({
    base_url: `https://${name}.test/v1`,
    protocol,
    models,
    credentials: Array.from({ length: keys }, (_, at) => ({
      label: `k${at + 1}`,
      api_key: `sk-test-${name}${at + 1}`,
      ...account,
    })),
  });
  const one = server('one', way === 'a key of its account' || way === 'another account' ? 2 : 1);
  const two = server('two', 1, { art: { same_as: 'one/paint' } });
  const isElsewhere = way === 'another provider';
  return {
    main: 'one/m',
    ...(isElsewhere ? { fallback_chain: ['two/m'] } : {}),
    providers: isElsewhere ? { one, two } : { one },
  };
}

interface Play {
  readonly maker: string;
  readonly way: (typeof ways)[number];
  /** How the first key fails, time after time; after the last it makes what it is asked for. */
  readonly first: readonly string[];
  readonly other: readonly string[];
}

async function play({ maker, way, first, other }: Play, madeAfterMs = 0) {
  const asked = makers[maker] as Maker;
  const host = createFakeHost();
  const runtime = createRuntime({ host, config: configure(way, asked.protocol) });
  const left: Readonly<Record<string, string[]>> = {
    one1: [...first],
    one2: [...other],
    two1: [...other],
  };
  const steps: { readonly key: string; readonly step: string }[] = [];
  host.upstream.answerBy(({ headers }) => {
    const key = headers['authorization']?.replace('Bearer sk-test-', '') ?? '';
    const step = left[key]?.shift() ?? 'made';
    steps.push({ key, step });
    return step === 'made'
      ? { headers: json, chunks: [asked.made], delayMs: madeAfterMs }
      : (failures[step] as UpstreamStep);
  });
  const answer = {
    status: 0,
    headers: {} as Readonly<Record<string, string>>,
    text: '',
    isOver: false,
  };
  const take = (chunk?: Uint8Array): boolean => {
    answer.text += Buffer.from(chunk ?? []).toString();
    return true;
  };
  const stay = new AbortController();
  void runtime
    .exchange(
      {
        method: 'POST',
        path: asked.path,
        headers: { 'content-type': asked.type },
        body: Buffer.from(asked.body),
        signal: stay.signal,
      },
      {
        head: (status, headers) => Object.assign(answer, { status, headers }),
        write: take,
        onDrain: (resume) => resume(),
        end: (chunk) => {
          take(chunk);
          answer.isOver = true;
        },
      },
    )
    .catch(() => undefined);
  for (let second = 0; second < 60 + madeAfterMs / 1000 && !answer.isOver; second++)
    await host.advance(1000);
  stay.abort();
  await host.advance(0);
  return { ...answer, steps };
}

/**
 * Whether another than the first key can do what this one did not: not what the account lacks, and
 * not what its server does.
 */
function mayHelp({ maker, way }: Play): boolean {
  return way === 'another provider' && maker !== 'a batch';
}

const nameOf = (names: Readonly<Record<string, unknown>>) => fc.constantFrom(...Object.keys(names));
const plays: fc.Arbitrary<Play> = fc.record({
  maker: nameOf(makers),
  way: fc.constantFrom(...ways),
  first: fc.array(fc.oneof({ weight: 2, arbitrary: nameOf(before) }, nameOf(after)), {
    maxLength: 4,
  }),
  other: fc.array(nameOf(drawn), { maxLength: 2 }),
});

describe('what makes something', () => {
  it('is asked of nobody once it may have been made, and before that of whoever can', async () => {
    await fc.assert(
      fc.asyncProperty(plays, async (scene) => {
        const { steps, status, headers, text } = await play(scene);
        const final = steps.findIndex(({ step }) => step === 'made' || step in after);
        expect(
          final < 0 || final === steps.length - 1,
          'nothing is sent after it may be made',
        ).toBe(true);
        const last = steps.at(-1)?.step ?? '';
        expect(status === 200, 'what is made is told').toBe(last === 'made');
        if (last in after) {
          expect([status, headers['x-should-retry']]).toEqual([400, 'false']);
          expect(text).toContain('it may have been carried out anyway');
          expect(text).toContain('To fix: ');
        } else {
          expect(text).not.toContain('it may have been carried out');
        }
        if (mayHelp(scene) && last in before)
          expect(
            steps.some(({ key }) => key === 'two1'),
            'the other is asked',
          ).toBe(true);
      }),
      { numRuns: 400, seed: 23 },
    );
  });

  it.each(Object.keys(before))('is made by the other provider after %s', async (name) => {
    const made = Object.keys(makers).filter((maker) => maker !== 'a batch');
    for (const maker of made) {
      const { status, steps } = await play({
        maker,
        way: 'another provider',
        first: [name, name, name],
        other: [],
      });
      expect([maker, status, steps.at(-1)]).toEqual([maker, 200, { key: 'two1', step: 'made' }]);
    }
  });

  const batch = { maker: 'a batch', way: 'another account' } as const;
  it.each(Object.keys(strange))("tells a batch %s in its provider's own words", async (name) => {
    const { status, text } = await play({ ...batch, way: 'nobody', first: [name], other: [] });
    expect([status, text]).toEqual([failures[name]?.status, failures[name]?.chunks?.[0]]);
  });

  it.each(Object.keys(strange))(
    'a limit is not hidden by %s that another account has said',
    async (name) => {
      const { status, text } = await play({ ...batch, first: ['429 with its end'], other: [name] });
      expect([status, text]).toEqual([429, expect.stringContaining('Limit: ')]);
    },
  );

  it('has the time of the last target, for no other would be asked after it', async () => {
    for (const maker of Object.keys(makers)) {
      const slow = await play({ maker, way: 'another provider', first: [], other: [] }, 400_000);
      expect([maker, slow.status, slow.steps]).toEqual([
        maker,
        200,
        [{ key: 'one1', step: 'made' }],
      ]);
    }
  });

  it.each(['401', '403'])('is made with another key of the account after %s', async (name) => {
    for (const maker of Object.keys(makers)) {
      const { status, steps } = await play({
        maker,
        way: 'a key of its account',
        first: [name, name, name],
        other: [],
      });
      expect([maker, status, steps.at(-1)]).toEqual([maker, 200, { key: 'one2', step: 'made' }]);
    }
  });
});
