import { describe, expect, it } from 'vitest';
import { checkBeginning } from '../../host/http1/response-head.ts';
import { codeOfProxyStatus } from '../../host/http1/wire-error.ts';
import { builtinEntries } from '../../providers/builtin.ts';
import { classifyException } from '../classify/classify-exception.ts';
import { fixMachine, fixProxied } from './on-the-way.ts';
import { fixAddress, fixUnreached } from './unreached.ts';

/** What the system, OpenSSL or our own client throws. */
const codeOf = (code: string, message = ''): string | undefined =>
  classifyException(Object.assign(new Error(message), { code }), { hasHead: false }).code;

const own = (baseUrl: string) => ({ baseUrl, provider: 'own' });
const orContainer =
  '; or, if a container publishes that port, whether the program in it runs and listens on 0.0.0.0';
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
      expect(fixUnreached(codeOf(code, message), own('https://lan.internal:8080/v1'))).toEqual({
        text: 'write http',
        command: 'holdfast config set providers.own.base_url http://lan.internal:8080/v1',
      });
    },
  );

  it.each([...new Set(hosts)])(
    'and answers plain http where %s is asked by https, is never asked in clear text',
    (host) => {
      for (const authStyle of ['none', 'bearer'] as const) {
        const address = { ...own(`https://${host}/v1`), authStyle };
        const fix = fixUnreached('ERR_SSL_WRONG_VERSION_NUMBER', address);
        expect(fix).toMatchObject({ text: expect.stringContaining('something on the way') });
        expect(fix?.command).toBe(undefined);
      }
    },
  );

  it.each(['lan.test', '93.184.215.14'])(
    'and answers plain http at %s has the line that mends it where no secret is sent, and else none',
    (host) => {
      const fixOf = (more: object) =>
        fixUnreached('ERR_SSL_WRONG_VERSION_NUMBER', { ...own(`https://${host}/v1`), ...more });
      const line = `holdfast config set providers.own.base_url http://${host}/v1`;
      expect(fixOf({ authStyle: 'none' })).toEqual({ text: 'write http', command: line });
      const headers = { authorization: 'Basic eDp5' };
      for (const more of [{}, { authStyle: 'bearer' }, { authStyle: 'none', headers }]) {
        const fix = fixOf(more);
        expect(fix?.text).toMatch(/^let it speak https, since in clear text others read the key/);
        expect(fix?.text).not.toContain('on the way');
        expect(fix?.command).toBe(undefined);
      }
    },
  );

  it('and is not asked, because its proxy speaks plain http, is no server that does', () => {
    for (const host of [...hosts, 'lan.test']) {
      const fix = fixUnreached('ERR_PROXY_PLAIN', own(`https://${host}/v1`));
      expect(fix).toEqual({
        text: 'write http:// in the place of https:// in HTTPS_PROXY or HTTP_PROXY',
      });
    }
  });

  it.each(['http://127.0.0.1:1/v1', 'http://localhost:1', 'http://[::1]:1', 'http://127.9.9.9:1'])(
    'and takes no connection at %s stands behind no firewall',
    (url) => {
      const { text = '' } = fixUnreached('ETIMEDOUT', own(url)) ?? {};
      expect(text).toMatch(/^what listens at port 1 of this machine takes no connection in: /);
      expect(fixUnreached('ETIMEDOUT', own('http://10.0.0.7:1/v1'))?.text).toMatch(/ firewall /);
    },
  );

  it('and resets https at an address of its own may speak plain http: it need not be started', () => {
    expect(fixUnreached('ECONNRESET', own('https://localhost:8080/v1'))).toEqual({
      text: `something there ends the connection; see whether it speaks https, as providers.own.base_url says${orContainer}`,
    });
    for (const url of ['https://llm.test/v1', 'https://203.0.113.5/v1'])
      for (const code of ['ECONNRESET', 'EPIPE', 'ERR_TLS_HANDSHAKE_TIMEOUT'])
        expect(fixUnreached(code, own(url))?.text, url).toBe(
          'something there, or a firewall on the way, ends the connection; see whether it speaks https, as providers.own.base_url says',
        );
    for (const host of hosts)
      expect(fixUnreached('ECONNRESET', own(`https://${host}/v1`))?.text, host).toMatch(
        /^see whether .* opens in a browser: if it does not, a filter/,
      );
  });

  it.each([...new Set(hosts)])(
    'and whose name is %s with one letter less is taken for it',
    (host) => {
      const typed = host.replace(/([a-z])(?=\.[a-z]+$)/, '');
      const fix = fixUnreached('ENOTFOUND', own(`https://${typed}/v1`));
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
    const fix = { text: `correct the ${part} in its address` };
    expect(fixUnreached('ENOTFOUND', own(baseUrl))).toEqual(fix);
  });

  it.each(['host.docker.internal', 'gateway.docker.internal', 'host.containers.internal'])(
    'and is %s, a name inside of containers, has the address outside of them',
    (host) => {
      const fix = fixUnreached('ENOTFOUND', own(`http://${host}:11434/v1`));
      expect(fix?.text).toContain(`only containers know the name ${host}`);
      expect(fix?.command).toBe(
        'holdfast config set providers.own.base_url http://127.0.0.1:11434/v1',
      );
    },
  );

  it.each(['ECONNRESET', 'EPIPE', 'ERR_TLS_HANDSHAKE_TIMEOUT'])(
    'and ends plain http with %s listens: it need not be started',
    (code) => {
      expect(fixUnreached(code, own('http://nowhere.invalid:8000/v1'))).toEqual({
        text: `something there ends the connection; see whether it speaks http, as providers.own.base_url says${orContainer}`,
      });
    },
  );

  it('and is another service has its address to correct; TLS behind http has its line', () => {
    const of = (begin: string) => {
      try {
        checkBeginning(begin);
      } catch (error) {
        const { code } = classifyException(error, { hasHead: false });
        return fixUnreached(code, own('http://lan.test:8000/v1'));
      }
      return undefined;
    };
    for (const it of ['hello\r\n', 'SSH-2.0-x\r\n', '+PONG\r\n'])
      expect(of(it)).toEqual({
        text: 'another service listens there: correct providers.own.base_url',
      });
    expect(of('\x15\x03\x01\x00\x02')?.command).toBe(
      'holdfast config set providers.own.base_url https://lan.test:8000/v1',
    );
  });

  it.each([
    ['SELF_SIGNED_CERT_IN_CHAIN', /have Node trust its issuer/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /have Node trust its issuer/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /^see whose it is .* if it is for this host/],
    ['HPE_HEADER_OVERFLOW', /no proper HTTP/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /correct the host in providers.own.base_url/],
    ['CERT_HAS_EXPIRED', /only its operator .* clock/],
    ['CERT_NOT_YET_VALID', /^look at this machine's clock first/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /whole chain/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /no client certificate/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /only its operator can change that/],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', /only its operator can change that/],
    ['UNSPECIFIED', /only its operator can change that/],
  ])('over TLS by %s has the fix of that, and trust in an issuer only for issuers', (code, fix) => {
    expect(fixUnreached(codeOf(code), own('https://lan.test/v1'))?.text).toMatch(fix);
  });

  it("by a name server that does not answer is this machine's to look at", () => {
    const failure = { code: 'EAI_AGAIN', message: '' };
    expect(fixMachine(failure, own('http://lan.test/v1'))?.text).toMatch(/name server/);
  });

  it.each([
    ['https://api.openai.com/v1', '127.0.0.9', true],
    ['https://api.openai.com/v1', '10.1.2.3', true],
    ['https://api.openai.com/v1', '0.0.0.0', true],
    ['https://api.openai.com/v1', '::1', true],
    ['https://api.openai.com/v1', '162.159.140.245', false],
    ['https://lan.test/v1', '127.0.0.9', false],
  ])('whose name %s leads to %s is led astray, if it is a vendor: %s', (url, address, isMisled) => {
    const message = `nothing listens at ${address}:443 (ECONNREFUSED)`;
    const fix = fixMachine({ code: 'ECONNREFUSED', message }, own(url));
    expect(fix?.text.includes(`leads to ${address} here`) ?? false).toBe(isMisled);
  });

  it('without a route is told as a trouble of this network', () => {
    const failure = { code: 'ENETUNREACH', message: '' };
    expect(fixMachine(failure, own('http://lan.test/v1'))?.text).toMatch(/no route/);
  });

  it.each(['ENOTFOUND', 'ECONNREFUSED'])('by %s, where nothing is nearer, has no line', (code) => {
    expect(fixUnreached(code, own('http://nowhere.invalid:8000/v1'))).toBe(undefined);
  });
});

describe('a vendor', () => {
  it.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', /in the place of .*do not trust/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /in the place of .*do not trust/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /signs in the place of .* antivirus/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /signs in the place of .* antivirus/],
    ['ERR_TLS_HANDSHAKE_TIMEOUT', /opens in a browser/],
  ])('whose place another takes, by %s, has nothing to correct', (code, fix) => {
    for (const host of hosts) {
      const told = fixUnreached(codeOf(code), own(`https://${host}/v1`));
      expect(told?.text).toMatch(fix);
      expect(told?.text).not.toMatch(/base_url|whole chain/);
    }
  });

  it('is not the server that its users run, at whatever address', () => {
    const failure = { code: 'ECONNREFUSED', message: 'nothing listens at 127.0.0.1:8000' };
    for (const port of [8000, 8080, 1234, 11434])
      expect(fixMachine(failure, own(`http://127.0.0.1:${port}/v1`))).toBe(undefined);
  });
});

describe('a name that only a network of its own knows', () => {
  it.each(['gpu-box', 'llm.internal', 'nas.local', 'x.home.arpa'])('%s may need a VPN', (host) => {
    expect(fixUnreached('ENOTFOUND', own(`http://${host}:8000/v1`))?.text).toMatch(/\(a VPN\)/);
  });
  it('is told with the program of its network', () => {
    const fix = fixUnreached('ENOTFOUND', own('http://gpu.tail12.ts.net:8000/v1'));
    expect(fix?.text).toMatch(/tailscale up/);
  });
});

describe('a proxy', () => {
  const variable = 'https_proxy';
  const through = (code: string | undefined, baseUrl = 'https://lan.test/v1') =>
    fixProxied(code, { ...own(baseUrl), variable });
  it.each([401, 403, 404, 418, 429])(
    'that answers %i is asked to let the host through',
    (status) => {
      const { text, command } = through(codeOfProxyStatus(status));
      expect([text, command]).toEqual([
        'ask the operator of the proxy in https_proxy to let lan.test through (a sandbox has an allow-list for it), or name it in NO_PROXY',
        undefined,
      ]);
    },
  );

  it.each([500, 502, 503, 504])('that answers %i finds no way: the host may be wrong', (status) => {
    const { text } = through(codeOfProxyStatus(status));
    expect(text).toBe(
      'the proxy in https_proxy cannot reach it: if it is a server of this network, name lan.test in NO_PROXY; or correct the host in providers.own.base_url, or ask its operator',
    );
    for (const host of hosts)
      expect(through(codeOfProxyStatus(status), `https://${host}/v1`).text).not.toMatch(
        /base_url|NO_PROXY/,
      );
  });

  it('that wants a password gets one; another is corrected, or gone round', () => {
    expect(through(codeOfProxyStatus(407)).text).toMatch(/password/);
    for (const code of [undefined, 'ERR_PROXY_CONNECT', 'ECONNRESET'])
      expect(through(code).command).toBe('export NO_PROXY="$NO_PROXY,"lan.test');
  });
});

it('a protocol that is set already is not told to be set', () => {
  const failure = { class: 'not-offered', rule: 'speaks-anthropic-messages' } as const;
  const address = { provider: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' };
  expect(fixAddress(failure, { ...address, protocol: 'openai-chat' })?.command).toBe(
    'holdfast config set providers.anthropic.protocol anthropic-messages',
  );
  expect(fixAddress(failure, { ...address, protocol: 'anthropic-messages' })).toBeUndefined();
});
