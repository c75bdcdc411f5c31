import { describe, expect, it } from 'vitest';
import { builtinEntries } from '../../providers/builtin.ts';
import { describeUnreached } from './unreached.ts';

const own = (baseUrl: string) => ({ baseUrl, provider: 'own' });
const hosts = builtinEntries.flatMap(({ origins }) =>
  Object.values(origins).flatMap((origin) => {
    const { hostname } = new URL(origin);
    return hostname.includes('.') && /[a-z]/.test(hostname) ? [hostname] : [];
  }),
);

describe('a server that cannot be reached', () => {
  it.each(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
    'and answers plain http to https, by %s, is told so with the line that mends it',
    (code) => {
      const message =
        'write EPROTO C0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number';
      expect(describeUnreached({ code, message }, own('https://lan.test:8080/v1'))).toEqual({
        because: ': lan.test:8080 answers plain http, and its base_url says https',
        fix: {
          text: 'write http',
          command: 'holdfast config set providers.own.base_url http://lan.test:8080/v1',
        },
      });
    },
  );

  it.each([...new Set(hosts)])(
    'and whose name is %s with one letter less is taken for it',
    (host) => {
      const typed = host.replace(/([a-z])(?=\.[a-z]+$)/, '');
      const told = describeUnreached(
        { code: 'ENOTFOUND', message: '' },
        own(`https://${typed}/v1`),
      );
      const meant = /did you mean (\S+)\?$/.exec(told?.because ?? '')?.[1];
      expect(hosts).toContain(meant);
      expect(told?.fix?.command).toBe(
        `holdfast config set providers.own.base_url https://${meant}/v1`,
      );
    },
  );

  it.each([
    ['ENOTFOUND', ': no server has the name nowhere.invalid'],
    ['EAI_AGAIN', ': the name server did not answer for nowhere.invalid'],
    ['ECONNREFUSED', ': nothing listens at nowhere.invalid:8000'],
  ])('by %s is told in words', (code, because) => {
    const said = describeUnreached({ code, message: '' }, own('http://nowhere.invalid:8000/v1'));
    expect(said).toEqual({ because });
  });

  it('for a reason that says no more has no words', () => {
    expect(describeUnreached({ code: 'ECONNRESET', message: '' }, own('http://a.test/v1'))).toBe(
      undefined,
    );
  });
});
