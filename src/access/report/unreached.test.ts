import { describe, expect, it } from 'vitest';
import { builtinEntries } from '../../providers/builtin.ts';
import { fixUnreached } from './unreached.ts';

const own = (baseUrl: string) => ({ baseUrl, provider: 'own' });
const hosts = builtinEntries.flatMap(({ origins, parts }) =>
  Object.values(parts === undefined ? origins : {}).flatMap((origin) => {
    const { hostname } = new URL(origin);
    return hostname.includes('.') && /[a-z]/.test(hostname) ? [hostname] : [];
  }),
);

describe('a server that cannot be reached', () => {
  it.each(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
    'and answers plain http to https, by %s, has the line that mends it',
    (code) => {
      const message =
        'write EPROTO C0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number';
      expect(fixUnreached({ code, message }, own('https://lan.test:8080/v1'))).toEqual({
        text: 'write http',
        command: 'holdfast config set providers.own.base_url http://lan.test:8080/v1',
      });
    },
  );

  it('and resets https at an address of its own may speak plain http: it need not be started', () => {
    const failure = { code: 'ECONNRESET', message: 'the connection was reset (ECONNRESET)' };
    expect(fixUnreached(failure, own('https://localhost:8080/v1'))).toEqual({
      text: 'something there ends the connection; see whether it speaks https, as providers.own.base_url says',
    });
    for (const host of hosts)
      expect(fixUnreached(failure, own(`https://${host}/v1`)), host).toBe(undefined);
  });

  it.each([...new Set(hosts)])(
    'and whose name is %s with one letter less is taken for it',
    (host) => {
      const typed = host.replace(/([a-z])(?=\.[a-z]+$)/, '');
      const fix = fixUnreached({ code: 'ENOTFOUND', message: '' }, own(`https://${typed}/v1`));
      const meant = /did you mean (\S+)\?$/.exec(fix?.text ?? '')?.[1];
      expect(hosts).toContain(meant);
      expect(fix?.command).toBe(`holdfast config set providers.own.base_url https://${meant}/v1`);
    },
  );

  it.each([
    ['https://mime.openai.azure.com/openai/v1', 'resource'],
    ['https://mime.services.ai.azure.com/anthropic/v1', 'resource'],
    ['https://bedrock-runtime.us-eats-1.amazonaws.com/openai/v1', 'region'],
  ])('and whose name, %s, has a part that its user named, has that to correct', (baseUrl, part) => {
    const failure = { code: 'ENOTFOUND', message: '' };
    const fix = { text: `correct the ${part} in its address` };
    expect(fixUnreached(failure, own(baseUrl))).toEqual(fix);
  });

  it.each(['ECONNRESET', 'HPE_INVALID_CONSTANT'])(
    'and ends plain http with %s listens: it need not be started',
    (code) => {
      expect(fixUnreached({ code, message: '' }, own('http://nowhere.invalid:8000/v1'))).toEqual({
        text: 'something there ends the connection; see whether it speaks http, as providers.own.base_url says',
      });
    },
  );

  it.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'])(
    'by %s, where nothing is nearer, has no line',
    (code) => {
      expect(fixUnreached({ code, message: '' }, own('http://nowhere.invalid:8000/v1'))).toBe(
        undefined,
      );
    },
  );
});
