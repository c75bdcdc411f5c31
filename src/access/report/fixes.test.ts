/**
 * Every error of a failed request says what to do about it, with the place to edit and the vendor's
 * own page.
 */

import { describe, expect, it } from 'vitest';
import { refused, stageEngine, streamed } from '../../../test/fakes/engine-stage.ts';
import type { UpstreamStep } from '../../../test/fakes/fake-host.ts';
import { formatKeyPath } from '../../config/schema/key-paths.ts';

const key = `sk-test-${'m'.repeat(20)}`;
const own = {
  main: 'local/m',
  providers: {
    local: { base_url: 'http://127.0.0.1:9/v1', protocol: 'openai-chat', api_key: key },
  },
};
const vendor = { main: 'deepseek/m', providers: { deepseek: { api_key: key } } };
const fromVariable = { main: 'deepseek/m', providers: { deepseek: {} } };
const down: UpstreamStep = {
  error: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' }),
};

const withHeader = {
  ...own,
  providers: { local: { ...own.providers.local, headers: { 'openai-organization': 'org-zzz' } } },
};
const proxied = {
  main: 'local/m',
  providers: { local: { ...own.providers.local, base_url: 'http://model.test/v1' } },
};
const throughProxy = { HTTP_PROXY: 'http://proxy.test:3128' };
const refusedByProxy: UpstreamStep = {
  error: Object.assign(new Error('the proxy proxy.test answered 403 (for model.test)'), {
    code: 'ERR_PROXY_REFUSED',
  }),
};

const cases: readonly {
  name: string;
  config: object;
  answers: readonly UpstreamStep[];
  environment?: Readonly<Record<string, string>>;
  fix: string;
}[] = [
  {
    name: 'a key that is refused, in a variable',
    config: fromVariable,
    answers: [refused(401, { message: 'invalid API key' })],
    fix: 'test the key (holdfast auth test deepseek), and if it is refused again, put a new key into the environment variable DEEPSEEK_API_KEY from https://platform.deepseek.com/api_keys, and restart what has the old one',
  },
  {
    name: 'an answer to a key in words that nobody knows',
    config: own,
    answers: [refused(401)],
    fix: 'if its words are about the key, test the key (holdfast auth test local), and if it is refused again, put a key that works into config; otherwise ask whoever runs local, or see the log of what answers at http://127.0.0.1:9',
  },
  {
    name: 'such an answer of a vendor',
    config: fromVariable,
    answers: [refused(403)],
    fix: 'if its words are about the key, test the key (holdfast auth test deepseek), and if it is refused again, put a new key into the environment variable DEEPSEEK_API_KEY from https://platform.deepseek.com/api_keys, and restart what has the old one; otherwise see https://status.deepseek.com and https://platform.deepseek.com',
  },
  {
    name: 'a key that is refused elsewhere than at its vendor',
    config: own,
    answers: [refused(401, { message: 'invalid API key' })],
    fix: 'test the key (holdfast auth test local), and if it is refused again, put a key that works into config',
  },
  {
    name: 'a key that is forbidden the request, in words that ask for something',
    config: own,
    answers: [refused(403, { message: 'Project is archived. Please use another one.' })],
    fix: 'do as it says, or test the key (holdfast auth test local), and if it is refused again, put a key that works into config',
  },
  {
    name: 'a key that is forbidden the request, in words that only name what it lacks',
    config: own,
    answers: [refused(403, { message: 'This workspace is not active' })],
    fix: 'mend what it names, or test the key (holdfast auth test local), and if it is refused again, put a key that works into config',
  },
  {
    name: 'a header of the configuration that does not fit the key',
    config: withHeader,
    answers: [refused(401, { message: 'OpenAI-Organization header should match the key' })],
    fix: 'local refuses openai-organization, which providers.local.headers.openai-organization (given config) adds: correct it there, or take it out (holdfast config unset providers.local.headers.openai-organization)',
  },
  {
    name: 'a key that the configuration does not send to a server of its own',
    config: {
      main: 'vllm/m',
      providers: { vllm: { base_url: 'http://127.0.0.1:9/v1', auth: 'none' } },
    },
    answers: [refused(401, { message: 'invalid API key' })],
    fix: 'providers.vllm.auth is none, so no key is sent: take it out, and give it a key (holdfast config unset providers.vllm.auth && holdfast auth add vllm)',
  },
  {
    name: 'a key that the configuration does not send',
    config: { main: 'deepseek/m', providers: { deepseek: { auth: 'none' } } },
    answers: [refused(401, { message: 'Incorrect API key provided', code: 'invalid_api_key' })],
    fix: 'providers.deepseek.auth is none, so no key is sent: take it out (holdfast config unset providers.deepseek.auth)',
  },
  {
    name: 'an address that a variable has set',
    config: fromVariable,
    environment: { DEEPSEEK_BASE_URL: 'http://127.0.0.1:9/v1' },
    answers: [down],
    fix: 'start the server at http://127.0.0.1:9, or correct providers.deepseek.base_url (DEEPSEEK_BASE_URL)',
  },
  {
    name: 'a wire format that the configuration names',
    config: {
      main: 'local/m',
      providers: { local: { ...own.providers.local, protocol: 'anthropic-messages' } },
    },
    answers: [refused(404, { message: 'Not Found' })],
    fix: 'correct providers.local.base_url (given config), or providers.local.protocol (given config): it is asked in anthropic-messages',
  },
  {
    name: 'no money',
    config: vendor,
    answers: [refused(402)],
    fix: 'add money at https://platform.deepseek.com; after that (holdfast auth reset deepseek)',
  },
  {
    name: 'nobody listening',
    config: own,
    answers: [down, down],
    fix: 'start the server at http://127.0.0.1:9, or correct providers.local.base_url (given config)',
  },
  {
    name: 'nobody listening inside WSL',
    config: own,
    environment: { WSL_DISTRO_NAME: 'Ubuntu' },
    answers: [down, down],
    fix: 'start the server at http://127.0.0.1:9, or correct providers.local.base_url (given config); in WSL 127.0.0.1 is this Linux: if the server runs on Windows, write the address of Windows (the gateway of ip route show default) into providers.local.base_url, and let it listen on 0.0.0.0 there',
  },
  {
    name: 'nobody listening inside a container',
    config: own,
    environment: { KUBERNETES_SERVICE_HOST: '10.96.0.1' },
    answers: [down, down],
    fix: 'start the server at http://127.0.0.1:9, or correct providers.local.base_url (given config); in this container 127.0.0.1 is the container: if the server runs outside of it, write host.docker.internal:9 (docker run --add-host=host.docker.internal:host-gateway), or the name of its container, into providers.local.base_url',
  },
  {
    name: 'nobody listening inside a container, at a port that the address does not name',
    config: {
      main: 'local/m',
      providers: {
        local: { base_url: 'http://localhost/v1', protocol: 'openai-chat', api_key: key },
      },
    },
    environment: { KUBERNETES_SERVICE_HOST: '10.96.0.1' },
    answers: [down, down],
    fix: 'start the server at http://localhost, or correct providers.local.base_url (given config); in this container localhost is the container: if the server runs outside of it, write host.docker.internal (docker run --add-host=host.docker.internal:host-gateway), or the name of its container, into providers.local.base_url',
  },
  {
    name: 'a proxy that refuses',
    config: proxied,
    answers: [refusedByProxy, refusedByProxy],
    environment: throughProxy,
    fix: 'ask the operator of the proxy in HTTP_PROXY to let model.test through (a sandbox has an allow-list for it), or name it in NO_PROXY',
  },
  {
    name: 'a proxy that cannot be reached, whatever the words are',
    config: proxied,
    answers: [down, down],
    environment: throughProxy,
    fix: 'correct HTTP_PROXY of the program that asks (such as the gateway), or name model.test in its NO_PROXY, and restart it',
  },
  {
    name: 'a proxy of a lower-case variable, which counts before the other',
    config: proxied,
    answers: [down, down],
    environment: { ...throughProxy, http_proxy: 'http://old-proxy.test:3128' },
    fix: 'correct http_proxy of the program that asks (such as the gateway), or name model.test in its NO_PROXY, and restart it',
  },
  {
    name: 'a server that needs no proxy, though its words speak of one',
    config: proxied,
    answers: [refusedByProxy, refusedByProxy],
    environment: { ...throughProxy, NO_PROXY: 'model.test' },
    fix: 'start the server at http://model.test, or correct providers.local.base_url (given config)',
  },
  {
    name: 'a model that is not there',
    config: own,
    answers: [refused(404, { message: 'The model `m` does not exist', code: 'model_not_found' })],
    fix: 'correct the model at main (given config); holdfast models --refresh lists what local offers',
  },
  {
    name: 'a model that the key may not use',
    config: own,
    answers: [refused(403, { message: 'This key has no access to the model.' })],
    fix: 'choose another model at main (given config), or have this one allowed for the key',
  },
  {
    name: 'a deployment that is not there',
    config: own,
    answers: [
      refused(404, {
        code: 'DeploymentNotFound',
        message: 'The API deployment for this resource does not exist.',
      }),
    ],
    fix: 'name a deployment that exists as the model at main (given config); the console of local lists them',
  },
  {
    name: 'an account without a way to pay',
    config: own,
    answers: [refused(403, { message: 'Please register a valid payment method to continue.' })],
    fix: 'do as it says; after that (holdfast auth reset local)',
  },
  {
    name: 'an error that no row knows',
    config: own,
    answers: [refused(452, { message: 'Tenant blue is in maintenance' })],
    fix: 'ask whoever runs http://127.0.0.1:9 what that means',
  },
  {
    name: 'a login in front of the server',
    config: own,
    answers: [{ status: 302, headers: { location: 'https://x.cloudflareaccess.com/cdn-cgi/a' } }],
    fix: 'Cloudflare Access stands in front of it: write CF-Access-Client-Id and CF-Access-Client-Secret of a service token into providers.local.headers',
  },
  {
    name: 'a model that Ollama has not fetched',
    config: { main: 'ollama/m' },
    answers: [refused(404, { message: 'The model `m` does not exist', code: 'model_not_found' })],
    fix: 'correct the model at main (given config); holdfast models --refresh lists what ollama offers; or fetch it (ollama pull m && holdfast auth reset ollama)',
  },
  {
    name: 'an outage of a vendor',
    config: vendor,
    answers: [refused(500), refused(500), refused(500)],
    fix: 'see https://status.deepseek.com',
  },
];

interface ErrorBody {
  readonly error: { readonly message: string };
}

function fixIn(text: string): string | undefined {
  return /To fix: (.*) \[holdfast request/.exec(parseMessage(text))?.[1];
}

function parseMessage(text: string): string {
  return (JSON.parse(text) as ErrorBody).error.message;
}

describe('an error names the fix of', () => {
  it.each(cases)('$name', async ({ config, answers, environment, fix }) => {
    const stage = stageEngine(config, { DEEPSEEK_API_KEY: key, ...environment });
    stage.host.upstream.enqueue(...answers);
    stage.host.upstream.answerBy(() => answers.at(-1) ?? down); // while it waits
    expect(fixIn((await stage.ask()).text)).toBe(
      `${fix}; add a second model to fallback_chain, which answers when this one cannot (holdfast fallback add)`,
    );
  });

  it.each([
    [
      ['xai/n'],
      'lists what deepseek offers; ask for main instead, which goes on to the next model; or set gateway.pinned_fallback to main',
    ],
    [[], 'lists what deepseek offers'],
  ])('a model that is named, which no chain helps: %j', async (chain, fix) => {
    const stage = stageEngine({ ...vendor, fallback_chain: chain }, { DEEPSEEK_API_KEY: key });
    stage.host.upstream.answerBy(() => refused(404, { code: 'model_not_found' }));
    const asked = await stage.ask({ model: 'deepseek/other' });
    expect(parseMessage(asked.text)).toContain(`${fix} [holdfast request`);
  });

  it.each([
    ['top_k', { extra_body: { top_k: 5 } }, 'extra_body.top_k'],
    ['reasoning_effort', { reasoning_effort: 'low' }, 'reasoning_effort'],
    ['top_k', {}, undefined],
  ])('a refused %s, if a task adds it: %j', async (field, added, setting) => {
    const side = { provider: 'local', model: 'm', fallback: 'none', ...added };
    const stage = stageEngine({ ...own, auxiliary: { side } });
    stage.host.upstream.answerBy(() =>
      refused(400, { code: 'unsupported_parameter', message: `Unsupported parameter: '${field}'` }),
    );
    await stage.ask({ body: { model: 'side' } });
    const path = `auxiliary.side.${setting}`;
    expect(stage.lastRecord()?.fixes).toEqual(
      setting && [
        `local does not take ${field}, which ${path} (given config) adds: take it out (holdfast config unset ${path})`,
      ],
    );
  });

  it.each([
    ['headers', 'anthropic-version', 'anthropic-version: "2026-09-01" is not a valid version'],
    ['query', 'api-version', 'api-version query parameter is not allowed when using /v1 path'],
    ['headers', 'OpenAI-Organization', 'OpenAI-Organization header should match the key'],
    ['headers', 'x-team', 'the body is no JSON'],
    ['headers', 'x-org', 'missing required header: x-org-project'],
    ['query', 'api-version', 'the header x-api-version is not known'],
  ])('one of our %s that the refusal names: %s', async (setting, name, message) => {
    const local = { ...own.providers.local, [setting]: { [name]: '2026-09-01' } };
    const stage = stageEngine({ ...own, providers: { local } });
    stage.host.upstream.answerBy(() => refused(400, { message }));
    await stage.ask();
    const path = `providers.local.${setting}.${name}`;
    const fix = `local refuses ${name.toLowerCase()}, which ${path} (given config) adds: correct it there, or take it out (holdfast config unset ${path})`;
    const isNamed = message.startsWith(name);
    expect(stage.lastRecord()?.fixes?.includes(fix) ?? false).toBe(isNamed);
  });

  it('an overflow, whether it is refused at once or in the middle of the answer', async () => {
    const error = { code: 500, message: 'Context size has been exceeded.', type: 'server_error' };
    const part = streamed.chunks?.slice(0, 1) ?? [];
    const ends: readonly UpstreamStep[] = [
      refused(500, error),
      { ...streamed, chunks: [...part, `data: ${JSON.stringify({ error })}\n\n`] },
    ];
    for (const end of ends) {
      const stage = stageEngine(own);
      stage.host.upstream.enqueue(end);
      await stage.ask({ body: { stream: true } });
      expect(stage.lastRecord()?.fixes).toEqual([
        'shorten the conversation, or name a model with a larger window at main (given config); or start the server at http://127.0.0.1:9 with a larger context (-c, --max-model-len or num_ctx, as it calls it)',
      ]);
    }
  });

  it('each candidate, once, and of no second model where there is one', async () => {
    const config = {
      ...vendor,
      fallback_chain: ['deepseek/n', 'xai/n'],
      providers: { ...vendor.providers, xai: {} },
    };
    const stage = stageEngine(config);
    stage.host.upstream.enqueue(refused(402));
    const message = parseMessage((await stage.ask()).text);
    expect(message.match(/add money/g)).toHaveLength(1);
    expect(message).toContain(
      'set XAI_API_KEY, or store a key from https://console.x.ai: holdfast auth add xai',
    );
    expect(message).not.toContain('fallback add');
  });

  it('no key that is missing beside one that is there', async () => {
    const local = {
      ...own.providers.local,
      api_key: undefined,
      credentials: [{ api_key: key }, { env: 'NOT_SET' }],
    };
    const stage = stageEngine({ ...own, providers: { local } });
    stage.host.upstream.answerBy(() => down);
    const message = parseMessage((await stage.ask()).text);
    expect(message).toContain('NOT_SET in the environment');
    expect(message).toContain('no further API key for local');
    expect(message).toContain('this is not a fault of your request');
    expect(message).not.toContain('auth add');
  });

  it.each([['my task'], ['a.b'], ['task["x"]'], ['named by the request']])(
    'a model of the task %j, which the configuration names whatever the task is called',
    async (task) => {
      const stage = stageEngine({
        ...own,
        auxiliary: { [task]: { provider: 'local', model: 'lost' } },
      });
      stage.host.upstream.answerBy(() =>
        refused(404, { message: 'no such model', code: 'model_not_found' }),
      );
      const { text } = await stage.ask({ model: task });
      const key = formatKeyPath(['auxiliary', task]);
      expect(parseMessage(text)).toContain(`correct the model at ${key} (given config)`);
      expect(parseMessage(text)).not.toContain('in the request');
    },
  );

  it.each([
    ['bar/x', 'bar is not a configured provider; correct'],
    ['claude-x-5', 'ask for main, or let aliases send this name there; or correct'],
  ])('%s, which the only provider took for the name of a model', async (model, fix) => {
    const stage = stageEngine(own);
    stage.host.upstream.enqueue(
      refused(404, { message: 'no such model', code: 'model_not_found' }),
    );
    expect(parseMessage((await stage.ask({ model })).text)).toContain(
      `To fix: ${fix} the model in the request; holdfast models --refresh`,
    );
  });

  it('a request that no other protocol can say: the request, or a target that speaks its own', async () => {
    const stage = stageEngine(own);
    const { text } = await stage.ask({ path: '/v1/responses', body: { conversation: 'c' } });
    expect(parseMessage(text)).toContain(
      'To fix: change that in the request, or name a model whose provider speaks the protocol',
    );
    expect(parseMessage(text)).not.toContain('fallback_chain');
  });

  it.each([
    ['0.0.0.0', /^(?!Outage)/],
    ['203.0.113.7', /^Outage: /],
  ])('a vendor whose name leads to %s: only theirs is an outage', async (address, begins) => {
    const stage = stageEngine(vendor);
    const error = Object.assign(new Error(`connect ECONNREFUSED ${address}:443`), {
      code: 'ECONNREFUSED',
      address,
      port: 443,
    });
    stage.host.upstream.answerBy(() => ({ error }));
    expect(parseMessage((await stage.ask()).text)).toMatch(begins);
  });

  it('nobody listening, and says that the request is not at fault', async () => {
    const stage = stageEngine(own);
    stage.host.upstream.answerBy(() => down);
    expect(parseMessage((await stage.ask()).text)).toMatch(
      /^Outage: no server answers at http:\/\/127\.0\.0\.1:9 \(local\/m\) .*; this is not a fault of your request: no provider could be reached/,
    );
  });
});
