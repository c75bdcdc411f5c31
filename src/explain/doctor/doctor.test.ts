/** Each check of the doctor by itself: what it tells, and when it keeps silent. */

import { describe, expect, it } from 'vitest';
import { createFakeHost, type UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { ConfigError, type ConfigProblem } from '../../errors.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { CertificateReading } from '../../host.ts';
import type { KeyPlan, Plan, RoutePlan, TargetPlan } from '../plan/plan.ts';
import {
  comparePlans,
  describeProblems,
  findMistypedTasks,
  judgeExposed,
  judgeKeyForms,
  judgeShadows,
} from './config-checks.ts';
import { judgeRoutes } from './judge-routes.ts';
import { checkServers } from './network-checks.ts';
import { examine, exitOf, type Trouble } from './troubles.ts';

const { signal } = new AbortController();
const key = (more: Partial<KeyPlan> = {}): KeyPlan => ({
  id: 'one:env:ONE_KEY',
  label: 'ONE_KEY',
  source: 'env',
  foundAt: 'environment ONE_KEY',
  variable: 'ONE_KEY',
  alsoAt: [],
  fingerprint: 'sha256:aaaa',
  windows: [],
  state: 'untried',
  ...more,
});
const target = (more: Partial<TargetPlan> = {}): TargetPlan => ({
  id: 'one/m',
  provider: 'one',
  baseUrl: 'http://one.test/v1',
  reason: 'main',
  images: { seen: 'unknown' },
  standing: { state: 'untried' },
  keys: [key()],
  ...more,
});
const plan = (targets: readonly TargetPlan[], config = '/h/config.yaml'): Plan => {
  const routes: readonly RoutePlan[] = [{ task: 'main', isUsable: true, targets }];
  return { at: 0, config, routes, tasksOff: [] };
};
const whats = (troubles: readonly Trouble[]): readonly string[] =>
  troubles.map(({ what, fix }) => `${what} → ${fix?.command ?? fix?.text ?? 'nothing'}`);

describe('an examination', () => {
  it('says that a check which breaks, or takes too long, has found nothing out', async () => {
    const host = createFakeHost();
    const checks = [
      { name: 'the quick', look: () => [] },
      { name: 'the broken', look: () => Promise.reject(new Error('it broke')) },
      { name: 'the slow', look: () => new Promise<readonly Trouble[]>(() => undefined) },
    ];
    const pending = examine(host.clock, checks, signal);
    await host.advance(5000);
    const { troubles, passed } = await pending;
    expect(passed).toBe(1);
    expect(troubles.map(({ severity, what, evidence }) => [severity, what, ...evidence])).toEqual([
      ['unknown', 'the broken could not be checked', 'it broke'],
      ['unknown', 'the slow could not be checked', 'no result within 5 s'],
    ]);
    expect(exitOf(troubles)).toBe(0);
  });
});

describe('a problem of the configuration', () => {
  const text = 'main: deepseak/flash\nauxilary: {vision: {provider: none}}\n';
  const problem = (more: Partial<ConfigProblem>): ConfigError =>
    new ConfigError('config-invalid', [
      { path: '/h/config.yaml', line: 1, key: 'main', message: '', ...more },
    ]);
  it.each<[string, Partial<ConfigProblem>, string]>([
    [
      'an unknown provider',
      {
        message: 'unknown provider deepseak',
        fix: { text: 'did you mean deepseek? Or …' },
        typo: { of: 'value', written: 'deepseak', meant: 'deepseek' },
      },
      'holdfast config set main deepseek/flash',
    ],
    [
      'an unknown key',
      {
        key: 'auxilary',
        message: 'unknown key',
        fix: { text: 'did you mean auxiliary?' },
        typo: { of: 'key', written: 'auxilary', meant: 'auxiliary' },
      },
      `holdfast config set auxiliary '{"vision":{"provider":"none"}}' && holdfast config unset auxilary`,
    ],
    ['anything else', { message: 'too little', fix: { text: 'write more' } }, 'write more'],
  ])('%s has the line that fixes it', (_name, more, command) => {
    const [trouble] = describeProblems(problem(more), text);
    expect(trouble?.fix?.command ?? trouble?.fix?.text).toBe(command);
    expect(trouble?.exit).toBe(3);
  });

  it.each<[string, string, string, string | undefined]>([
    [
      'the value is one that a shell would read',
      'fallback_chain: [deepseak/f]',
      'fallback_chain[0]',
      "holdfast config set 'fallback_chain[0]' deepseek/f",
    ],
    [
      'the name stands in the model too',
      'main: deepseak/deepseak',
      'main',
      'holdfast config set main deepseek/deepseak',
    ],
    ['the name only begins like it', 'main: deepseaker/f', 'main', undefined],
  ])('corrects a provider where %s', (_name, file, name, command) => {
    const typo = { of: 'value', written: 'deepseak', meant: 'deepseek' } as const;
    const [trouble] = describeProblems(
      problem({ key: name, fix: { text: 'did you mean deepseek?' }, typo }),
      file,
    );
    expect(trouble?.fix?.command).toBe(command);
  });

  it.each<[string, string, string | undefined]>([
    ['a key', `providers: {one: {apikey: sk-test-${'k'.repeat(16)}}}`, undefined],
    [
      'the name of a variable',
      `providers: {one: {apikey: '\${ONE_KEY}'}}`,
      `holdfast config set providers.one.api_key '\${ONE_KEY}' && holdfast config unset providers.one.apikey`,
    ],
    [
      'a value beside one that is there',
      `providers: {one: {apikey: '\${A}', api_key: '\${B}'}}`,
      undefined,
    ],
    ['text that YAML would read as a number', "providers: {one: {apikey: '17'}}", undefined],
  ])('moves %s to the right name, or says nothing', (_name, file, command) => {
    const typo = { of: 'key', written: 'apikey', meant: 'api_key' } as const;
    const wrong = problem({
      key: 'providers.one.apikey',
      fix: { text: 'did you mean api_key?' },
      typo,
    });
    expect(describeProblems(wrong, file)[0]?.fix?.command).toBe(command);
  });

  it('a task whose name is nearly a known one is told, and one of its own is not', () => {
    const file = 'auxiliary: {visoin: {provider: auto}}\n';
    expect(whats(findMistypedTasks(['main', 'visoin', 'my-own-task'], file))).toEqual([
      `auxiliary.visoin is a task that no agent is known to ask for; did you mean vision? → holdfast config set auxiliary.vision '{"provider":"auto"}' && holdfast config unset auxiliary.visoin`,
    ]);
    expect(findMistypedTasks(['main', 'visoin', 'vision'], file)).toEqual([]);
  });
});

describe('a key', () => {
  const looks = [
    {
      code: 'key-quoted',
      text: 'begins with a quote',
      provider: 'one',
      fingerprint: 'sha256:aaaa',
    },
  ];
  it.each<[string, Partial<KeyPlan>, number]>([
    ['is told', {}, 1],
    ['that works is none of our business', { state: 'works' }, 0],
    ['behind another is none either', { shadowedBy: '.env:1' }, 0],
  ])('that looks wrong %s', (_name, more, count) => {
    expect(judgeKeyForms(looks, plan([target({ keys: [key(more)] })]))).toHaveLength(count);
  });

  it('in a file that everybody reads has the command beside it', () => {
    const fix = { text: 'close it', command: shellLine`chmod 600 ${'/my h/.env'}` };
    const warnings = [
      { code: 'key-file-exposed', text: 'whole', what: '/my h/.env holds a key', fix },
    ];
    expect(whats(judgeExposed(warnings))).toEqual([
      "/my h/.env holds a key → chmod 600 '/my h/.env'",
    ]);
  });

  const hides = {
    code: 'env-shadowed',
    text: 'one: ONE_KEY is taken from .env:1; the environment holds another value',
    over: 'sha256:bbbb',
    fix: {
      text: 'where the hidden one is right',
      command: shellLine`holdfast auth add one --from-env ONE_KEY`,
    },
  };
  it.each<[string, Partial<KeyPlan>, readonly string[]]>([
    [
      'is told while the first has not worked',
      {},
      [`${hides.text} → holdfast auth add one --from-env ONE_KEY`],
    ],
    ['behind one that works is no trouble', { state: 'works' }, []],
    ['behind one that rests and has worked is none', { state: 'rests', provenAt: 1 }, []],
    ['behind a key of another route is none', { fingerprint: 'sha256:cccc' }, []],
  ])('that is hidden %s', (_name, more, expected) => {
    const first = key({ id: 'one:dotenv', fingerprint: 'sha256:bbbb', ...more });
    const shown = plan([target({ keys: [first] })]);
    expect(whats(judgeShadows([hides, ...looks], shown))).toEqual(expected);
  });
});

describe('a server', () => {
  const ask = async (
    step: UpstreamStep,
    more: Partial<TargetPlan> = {},
  ): Promise<readonly Trouble[]> => {
    const host = createFakeHost({ environment: { HTTPS_PROXY: 'http://127.0.0.1:9' } });
    host.upstream.enqueue(step, {});
    const [check] = checkServers(host, plan([target(more)]));
    return (await check?.look(signal)) ?? [];
  };
  const refusedBy = (message: string, code: string): Error =>
    Object.assign(new Error(message), { code });
  it.each<[string, UpstreamStep, Partial<TargetPlan>, readonly string[]]>([
    ['that answers anything is well', { status: 401 }, {}, []],
    [
      'that is served below /v1 has that at its end',
      { status: 404 },
      { baseUrl: 'http://one.test' },
      [
        'http://one.test does not serve the API of one: is /v1 missing at its end? → holdfast config set providers.one.base_url http://one.test/v1',
      ],
    ],
    [
      'that says so in a 200 too',
      { chunks: ['{"error":"Unexpected endpoint or method. (GET /models)"}'] },
      { baseUrl: 'http://one.test' },
      [
        'http://one.test does not serve the API of one: is /v1 missing at its end? → holdfast config set providers.one.base_url http://one.test/v1',
      ],
    ],
    [
      'that lists its models is well, whatever its address',
      { chunks: ['{"object":"list","data":[{"id":"m"}]}'] },
      { baseUrl: 'http://one.test' },
      [],
    ],
    [
      'that is down says what can be done',
      { error: refusedBy('connect ECONNREFUSED', 'ECONNREFUSED') },
      {},
      [
        "http://one.test/v1 cannot be reached, so main cannot be answered: nothing listens at its address (ECONNREFUSED) → look at this machine's network",
      ],
    ],
    [
      'behind a proxy that refuses can be reached round it',
      { error: refusedBy('connect ECONNREFUSED 127.0.0.1:9', 'ECONNREFUSED') },
      { baseUrl: 'https://one.test/v1' },
      [
        'https://one.test/v1 cannot be reached through the proxy 127.0.0.1:9, so main cannot be answered: nothing listens at 127.0.0.1:9 (ECONNREFUSED) → export NO_PROXY="$NO_PROXY,"one.test',
      ],
    ],
    [
      'whose certificate is not trusted names the variable for it',
      { error: refusedBy('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT') },
      {},
      [
        'http://one.test/v1 cannot be reached, so main cannot be answered: its certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT) → if it is a proxy or a server of your own, export NODE_EXTRA_CA_CERTS=FILE with the root certificate (PEM) of the company or server that signs, and start the gateway again with it',
      ],
    ],
  ])('%s', async (_name, step, more, expected) => {
    expect(whats(await ask(step, more))).toEqual(expected);
  });

  const dayMs = 24 * 60 * 60_000;
  it.each<
    [
      string,
      Omit<CertificateReading, 'issuer' | 'startsAt'> & {
        readonly startsAt?: number;
        readonly isRefused?: true;
      },
      readonly string[],
    ]
  >([
    ['with a certificate that lasts is well', { endsAt: 30 * dayMs }, []],
    [
      'whose certificate has ended is for somebody else to fix',
      { endsAt: -2 * dayMs, fault: 'CERT_HAS_EXPIRED', isRefused: true },
      [
        "https://one.test/v1 cannot be reached, so main cannot be answered: its certificate ended 2 days ago, and this machine's clock says Fri, 15 Jan 2027 08:00:00 GMT → only its operator can renew it, unless this machine's clock is wrong",
      ],
    ],
    [
      'whose certificate is not valid yet shows both times',
      { startsAt: dayMs, endsAt: 30 * dayMs, fault: 'CERT_NOT_YET_VALID', isRefused: true },
      [
        "https://one.test/v1 cannot be reached, so main cannot be answered: its certificate is valid from Sat, 16 Jan 2027 08:00:00 GMT, and this machine's clock says Fri, 15 Jan 2027 08:00:00 GMT → look at this machine's clock first; if it is right, only the server's operator can mend it",
      ],
    ],
    [
      'who does not send who signed its certificate is told to send the chain',
      { endsAt: 30 * dayMs, fault: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', isRefused: true },
      [
        'https://one.test/v1 cannot be reached, so main cannot be answered: its certificate is signed by "Corp Proxy", which it does not send and Node does not trust → let the server send its whole chain; or have Node trust its issuers, up to the root (NODE_EXTRA_CA_CERTS=FILE)',
      ],
    ],
    [
      'whose signer this machine knows is one variable away',
      {
        endsAt: 30 * dayMs,
        fault: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        isTrustedBySystem: true,
        isRefused: true,
      },
      [
        'https://one.test/v1 cannot be reached, so main cannot be answered: its certificate is signed by "Corp Proxy", which Node does not trust, but this machine does → export NODE_USE_SYSTEM_CA=1',
      ],
    ],
  ])('%s', async (_name, { isRefused, startsAt = -90 * dayMs, endsAt, ...reading }, expected) => {
    const host = createFakeHost();
    host.upstream.enqueue(
      isRefused ? { error: refusedBy('no', reading.fault ?? '') } : { status: 401 },
    );
    const now = host.clock.now();
    const times = { startsAt: now + startsAt, endsAt: now + endsAt };
    const shown = { ...reading, issuer: 'Corp Proxy', ...times };
    host.showCertificate('https://one.test', shown);
    const [check] = checkServers(host, plan([target({ baseUrl: 'https://one.test/v1' })]));
    expect(whats((await check?.look(signal)) ?? [])).toEqual(expected);
  });

  it('whose clock is another tells how far away it is', async () => {
    const date = new Date(createFakeHost().clock.now() + 600_000).toUTCString();
    expect(whats(await ask({ status: 401, headers: { date } }))).toEqual([
      expect.stringMatching(
        /^this machine's clock is 10 min behind that of http:\/\/one\.test\/v1, or the clock of that server is wrong → sudo timedatectl/,
      ),
    ]);
  });
});

describe('this shell beside a gateway', () => {
  const who = 'the gateway at http://127.0.0.1:4653 (pid 812)';
  const none = plan([target({ keys: [] })]);
  it.each<[string, Plan, Plan, readonly string[]]>([
    ['nothing where both are alike', plan([target()]), plan([target()]), []],
    [
      'a variable that only the shell has',
      plan([target()]),
      none,
      [
        `ONE_KEY is set in this shell (sha256:aaaa) but not for ${who} → holdfast auth add one --from-env ONE_KEY`,
      ],
    ],
    [
      'a variable that differs',
      plan([target()]),
      plan([target({ keys: [key({ fingerprint: 'sha256:bbbb' })] })]),
      [
        `ONE_KEY is sha256:aaaa in this shell, and ${who} has sha256:bbbb → holdfast auth add one --from-env ONE_KEY`,
      ],
    ],
    [
      'a variable that only the gateway has',
      none,
      plan([target()]),
      [`ONE_KEY is set for ${who} (sha256:aaaa) but not in this shell → nothing`],
    ],
    [
      'nothing of a file, which both read',
      plan([target({ keys: [key({ foundAt: '.env:1', variable: undefined })] })]),
      none,
      [],
    ],
    [
      'two configurations',
      none,
      plan([target({ keys: [] })], '/other/config.yaml'),
      [`this shell and ${who} read two configurations → export HOLDFAST_CONFIG=/other/config.yaml`],
    ],
  ])('tells %s', (_name, shell, gateway, expected) => {
    expect(whats(comparePlans(shell, gateway, who))).toEqual(expected);
  });
});

describe('a change of the configuration that is refused', () => {
  it('is told with its place, and decides the exit status', () => {
    const refused = '/h/config.yaml:1 mian: unknown';
    const troubles = judgeRoutes({ ...plan([target()]), refused });
    expect(whats(troubles)).toEqual([
      `a change is refused: ${refused} → correct it (holdfast config edit)`,
    ]);
    expect(exitOf(troubles)).toBe(3);
  });
});

describe('a variable that the configuration names', () => {
  it('is not stored where the gateway has another value: the stored key would come after it', () => {
    const [here, there] = ['sha256:aaaa', 'sha256:bbbb'].map((fingerprint) =>
      plan([target({ keys: [key({ source: 'config', fingerprint })] })]),
    );
    if (here === undefined || there === undefined) throw new Error('two plans');
    const [trouble] = comparePlans(here, there, 'it');
    expect(trouble?.fix).toEqual({ text: 'restart it where ONE_KEY is right' });
  });
});

describe('one secret in two places', () => {
  it('is no difference between this shell and the gateway', () => {
    const stored = key({ id: 'one:stored:k1', source: 'stored', variable: undefined });
    const [here, there] = [key(), stored].map((one) => plan([target({ keys: [one] })]));
    if (here === undefined || there === undefined) throw new Error('two plans');
    expect(comparePlans(here, there, 'it')).toEqual([]);
    expect(comparePlans(there, here, 'it')).toEqual([]);
  });
});
