import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ConfigError } from '../../errors.ts';
import { defaults } from '../../model/defaults.ts';
import { resolvePaths } from '../files/paths.ts';
import { ConfigHolder } from '../holder/holder.ts';

/** Every problem of a config file, as it is told. */
function refusalsOf(text: string): readonly string[] {
  const host = createFakeHost({
    files: { '/h/config.yaml': text },
    environment: { HOLDFAST_HOME: '/h', DEEPSEEK_API_KEY: `sk-test-${'d'.repeat(20)}` },
  });
  const options = { host, onEvent: () => undefined };
  try {
    new ConfigHolder({ ...options, paths: resolvePaths(host.environment) }).close();
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split(/\n(?! )/);
  }
}

const told: readonly { name: string; text: string; expected: readonly string[] }[] = [
  {
    name: 'images that nobody is named to describe',
    text: 'main: deepseek/x\nblind_models: describe\nauxiliary: {side: {blind_models: describe}}',
    expected: [
      '/h/config.yaml:2:1 blind_models: no model can describe images: there is no task vision\n    To fix: name a model that sees: auxiliary: {vision: {provider: NAME, model: NAME}}',
      '/h/config.yaml:3:20 auxiliary.side.blind_models: no model can describe images: there is no task vision\n    To fix: name a model that sees: auxiliary: {vision: {provider: NAME, model: NAME}}',
    ],
  },
  {
    name: 'a key that is not one whole variable, and not that it is missing too',
    text: `main: a/x\nproviders: {a: {base_url: "http://h/v1", protocol: openai-chat, api_key: "\${ A }"}}`,
    expected: [
      `/h/config.yaml:2:65 providers.a.api_key: is not one whole \${NAME}: a default, spaces or other text beside the name are not read\n    To fix: write \${NAME} alone, and put the whole key into that variable`,
    ],
  },
  {
    name: 'a command that needs a shell, and not that the key is missing too',
    text: 'main: a/x\nproviders: {a: {base_url: "http://h/v1", protocol: openai-chat, credentials: [{command: "a | b"}]}}',
    expected: [
      '/h/config.yaml:2:80 providers.a.credentials[0].command: "|" needs a shell\n    To fix: add shell: true, or put it between single quotes if it belongs to a word',
    ],
  },
  {
    name: 'a model with spaces, and with the other slash',
    text: 'main: deepseek / x\nfallback_chain: [deepseek y, "deepseek\\\\z"]',
    expected: [
      '/h/config.yaml:1:1 main: "deepseek / x" is not a model\n    To fix: did you mean deepseek/x?',
      '/h/config.yaml:2:18 fallback_chain[0]: "deepseek y" is not a model\n    To fix: did you mean deepseek/y?',
      '/h/config.yaml:2:30 fallback_chain[1]: "deepseek\\z" is not a model\n    To fix: did you mean deepseek/z?',
    ],
  },
  {
    name: 'a list where names belong',
    text: 'main: deepseek/x\naliases: [a]',
    expected: [
      '/h/config.yaml:2:1 aliases: expected keys, found a list\n    To fix: write each as NAME: VALUE, without a dash',
    ],
  },
  ...['http://127.0.0.1', '127.0.0.1:80', '*', 'a b', '[::1]:80'].map((host) => ({
    name: `what is not an address to listen on: ${host}`,
    text: `main: deepseek/x\ngateway: {host: "${host}"}`,
    expected: [
      `/h/config.yaml:2:11 gateway.host: "${host}" is not an address to listen on\n    To fix: write the address alone, such as 127.0.0.1 or 0.0.0.0; the port is gateway.port`,
    ],
  })),
  ...['127.0.0.1', '::1', '[::1]', '0.0.0.0', 'localhost', 'my-host.local', 'fe80::1'].map(
    (host) => ({
      name: `nothing for an address to listen on: ${host}`,
      text: `main: deepseek/x\ngateway: {host: "${host}"}`,
      expected: [],
    }),
  ),
  {
    name: 'a text where a list belongs, and a number where a text belongs',
    text: 'main: deepseek/x\nfallback_chain: deepseek/y\nproviders: {deepseek: {api_key: 7}}',
    expected: [
      '/h/config.yaml:2:1 fallback_chain: expected a list, found a text\n    To fix: did you mean [deepseek/y]?',
      '/h/config.yaml:3:24 providers.deepseek.api_key: expected a text, found a number\n    To fix: put it in quotes',
    ],
  },
  {
    name: 'numbers out of their range, a fraction, and a unit',
    text: 'main: deepseek/x\ngateway: {port: 99999, drain_timeout: -1}\nproviders: {deepseek: {limits: {idle: 30s}}}',
    expected: [
      '/h/config.yaml:2:11 gateway.port: 99999 is too large\n    To fix: write at most 65535',
      '/h/config.yaml:2:24 gateway.drain_timeout: -1 is too small\n    To fix: write more than 0',
      '/h/config.yaml:3:33 providers.deepseek.limits.idle: expected a number, found a text\n    To fix: did you mean 30?',
    ],
  },
  {
    name: 'a provider with nothing below it',
    text: 'main: deepseek/x\nproviders:\n  deepseek:\n',
    expected: [
      '/h/config.yaml:3:3 providers.deepseek: expected keys, found nothing\n    To fix: indent its keys below it, or write {}',
    ],
  },
  {
    name: 'a model that is said to be itself, or a model of nobody',
    text: 'main: deepseek/x\nproviders: {deepseek: {models: {x: {same_as: deepseek/x}, y: {same_as: nobody/y}, z: {same_as: z}}}}',
    expected: [
      '/h/config.yaml:2:37 providers.deepseek.models.x.same_as: deepseek/x is this very model\n    To fix: name the same model at another provider, or remove the line',
      '/h/config.yaml:2:63 providers.deepseek.models.y.same_as: unknown provider nobody\n    To fix: give providers.nobody a base_url (https://host/v1) and a protocol (openai-chat, openai-responses, anthropic-messages, google-generate-content)',
      '/h/config.yaml:2:87 providers.deepseek.models.z.same_as: expected "provider/model"\n    To fix: write "provider/model"',
    ],
  },
  {
    name: 'a bare key among the credentials',
    text: 'main: deepseek/x\nproviders: {deepseek: {credentials: [a-key]}}',
    expected: [
      `/h/config.yaml:2:38 providers.deepseek.credentials[0]: expected keys, found a text\n    To fix: write {env: NAME}, {api_key: "$\{NAME}"} or another source`,
    ],
  },
  {
    name: 'an own provider without its protocol',
    text: 'main: own/x\nproviders: {own: {base_url: "https://own.test/v1"}}',
    expected: [
      '/h/config.yaml:2:13 providers.own: own has a base_url but no protocol\n    To fix: add protocol: openai-chat (or openai-responses, anthropic-messages, google-generate-content)',
    ],
  },
  {
    name: 'a missing key, at its provider, and at the route that names a provider which stands nowhere else',
    text: `main: xai/x\nauxiliary: {t: {base_url: "https://h.test/v1", model: m, api_key: "$\{NOPE}"}}\nproviders: {openai: {}}\nfallback_chain: [openai/y]`,
    expected: [
      '/h/config.yaml:1:1 main: xai has no key; looked for XAI_API_KEY\n    To fix: set XAI_API_KEY in .env or the environment, or write providers.xai.api_key',
      '/h/config.yaml:2:13 auxiliary.t: auxiliary.t has no key; looked for NOPE\n    To fix: set NOPE in .env or the environment, or write auxiliary.t.api_key',
      '/h/config.yaml:3:13 providers.openai: openai has no key; looked for OPENAI_API_KEY\n    To fix: set OPENAI_API_KEY in .env or the environment, or write providers.openai.api_key',
    ],
  },
  {
    name: 'a key that is missing beside something broken, as the warning that it is while others have one',
    text: 'mian: deepseek/x\nfallback_chain: [deepseek/y, xai/z]',
    expected: [
      '/h/config.yaml:1:1 mian: unknown key\n    To fix: did you mean main?',
      '/h/config.yaml:2:30 warning: fallback_chain[1]: xai has no key, so xai/z cannot be asked; looked for XAI_API_KEY\n    To fix: set XAI_API_KEY in .env or the environment, or write providers.xai.api_key',
    ],
  },
  {
    name: 'keys that stand at another level than theirs, with where they belong, and beside the right one',
    text: 'main: deepseek/x\nbase_url: https://h.test\nproviders: {deepseek: {max_inflight_bytes: 9, fallback_chain: []}}\n// old: 1\nwait: 5\nfallback: []\nfallback_chain: []\nauxiliary:\n  vision: {}\n  gateway: {host: h, port: 9}\naliases:\n  log:\n    keep: 5\n',
    expected: [
      '/h/config.yaml:2:1 base_url: unknown key\n    To fix: indent it below its provider, as providers.NAME.base_url',
      '/h/config.yaml:3:24 providers.deepseek.max_inflight_bytes: unknown key\n    To fix: indent it below gateway, as gateway.max_inflight_bytes',
      '/h/config.yaml:3:47 providers.deepseek.fallback_chain: unknown key\n    To fix: move it to the beginning of a line: it belongs to the whole configuration',
      '/h/config.yaml:4:1 // old: unknown key\n    To fix: begin a comment with #, on a line of its own',
      '/h/config.yaml:5:1 wait: unknown key\n    To fix: write one of main, fallback_chain, providers, auxiliary, aliases, stream_recovery, max_wait, blind_models, descriptions, prices, budget, gateway, log, records, sessions, state, precedence, or remove it',
      '/h/config.yaml:6:1 fallback: unknown key\n    To fix: did you mean fallback_chain? it is there too, so keep one of the two',
      '/h/config.yaml:10:3 auxiliary.gateway: is no name of auxiliary\n    To fix: move it to the beginning of a line: it belongs to the whole configuration',
      '/h/config.yaml:12:3 aliases.log: expected a text, found keys\n    To fix: move it to the beginning of a line: it belongs to the whole configuration',
    ],
  },
  {
    name: 'a tab in every line, once',
    text: 'main: deepseek/x\nproviders:\n\tdeepseek:\n\t\tapi_key: x\n',
    expected: [
      '/h/config.yaml:3:1 (YAML): Tabs are not allowed as indentation\n    To fix: YAML is indented with spaces only: replace every tab',
    ],
  },
  {
    name: 'a variable between braces without quotes, each once, with nothing that follows from it',
    text: `main: deepseek/x
providers:
  deepseek:
    credentials:
      - {label: a, api_key: $\{ONE}}
      - {label: b, api_key: $\{TWO}}
      - {label: c, api_key: "$\{THREE}"}
  own: {base_url: https://$\{HOST}/v1, protocol: openai-chat}
  other:
    api_key: $\{FOUR}
fallback_chain: [$\{FIVE}, deepseek/y]
`,
    expected: [
      `/h/config.yaml:5:30 (YAML): $\{…} inside { } needs quotes\n    To fix: api_key: "$\{ONE}"`,
      `/h/config.yaml:6:30 (YAML): $\{…} inside { } needs quotes\n    To fix: api_key: "$\{TWO}"`,
      `/h/config.yaml:8:28 (YAML): $\{…} inside { } needs quotes\n    To fix: put the whole value in quotes`,
      `/h/config.yaml:11:19 (YAML): $\{…} inside [ ] needs quotes\n    To fix: "$\{FIVE}"`,
    ],
  },
  {
    name: 'a bracket and a brace that are not closed',
    text: 'main: deepseek/x\nfallback_chain: [deepseek/y\nproviders: {deepseek: {}\naliases: {}\n',
    expected: [
      '/h/config.yaml:2:17 (YAML): a [ is not closed\n    To fix: add the missing ], on the same line or indented',
      '/h/config.yaml:3:12 (YAML): a { is not closed\n    To fix: add the missing }, on the same line or indented',
    ],
  },
  {
    name: 'text behind the end of a value, once, and none of it repeated',
    text: 'main: "deepseek/x" sk-test-a-key }\naliases: {}\n',
    expected: [
      '/h/config.yaml:1:20 (YAML): something follows here where a value has ended\n    To fix: put the whole value in quotes, or begin a new line',
    ],
  },
  {
    name: 'a colon where the slash of a target belongs',
    text: 'main: openai:gpt-6-luna\nproviders: {openai: {}}',
    expected: [
      '/h/config.yaml:1:1 main: "openai:gpt-6-luna" is not a model\n    To fix: did you mean openai/gpt-6-luna?',
    ],
  },
  {
    name: 'a colon without a space, and a comment of another language',
    text: 'main:deepseek/x\nproviders: {}\n',
    expected: [
      '/h/config.yaml:1:1 (YAML): a line without ": "\n    To fix: write KEY: VALUE, with a space behind the colon; a comment begins with #',
    ],
  },
  {
    name: 'a path of Windows in double quotes',
    text: 'main: deepseek/x\nlog: {folder: "C:\\users\\me"}\n',
    expected: [
      '/h/config.yaml:2:18 (YAML): a backslash in " " begins an escape, and this is none\n    To fix: put the value in single quotes, as \'…\', where a backslash is one',
    ],
  },
  {
    name: 'quotation marks of a web page',
    text: `main: deepseek/x\nproviders:\n  deepseek: {api_key: “\${K}”}\n`,
    expected: [
      '/h/config.yaml:3:23 (YAML): a typographic quotation mark (“), which quotes nothing\n    To fix: write plain quotation marks, " or \'',
    ],
  },
  {
    name: 'a key of a provider beside it',
    text: `main: deepseek/x\nproviders:\n  deepseek:\n  api_key: \${K}\n`,
    expected: [
      '/h/config.yaml:3:3 providers.deepseek: expected keys, found nothing\n    To fix: indent its keys below it, or write {}',
      '/h/config.yaml:4:3 providers.api_key: expected keys, found a text\n    To fix: indent it deeper: it belongs to one of providers, below its name',
    ],
  },
  {
    name: 'settings of other programs, and a field of the request',
    text: 'include: a.yaml\nmodel_list: []\nmain: deepseek/x\ngateway: {allowed_hosts: ["https://a.test"]}\n',
    expected: [
      '/h/config.yaml:1:1 include: unknown key\n    To fix: no other file is included: write what it has into this one, or have HOLDFAST_CONFIG name another whole file',
      '/h/config.yaml:2:1 model_list: unknown key\n    To fix: it is of LiteLLM, whose settings are not read here: remove it',
      '/h/config.yaml:4:27 gateway.allowed_hosts[0]: expected a name as callers write it, without https://, port and path\n    To fix: write a name as callers write it, without https://, port and path',
    ],
  },
  {
    name: 'an empty file',
    text: '',
    expected: [
      '/h/config.yaml:1:1 main: is missing: nothing is written here\n    To fix: write a line such as main: deepseek/deepseek-v4-pro',
    ],
  },
  {
    name: 'a model without its provider',
    text: 'main: gpt-6-luna\nfallback_chain: [llama3.3:70b]\nproviders: {openai: {}}',
    expected: [
      '/h/config.yaml:1:1 main: "gpt-6-luna" names no provider\n    To fix: write PROVIDER/gpt-6-luna',
      '/h/config.yaml:2:18 fallback_chain[0]: "llama3.3:70b" names no provider\n    To fix: write PROVIDER/llama3.3:70b',
    ],
  },
  {
    name: 'a task where a model belongs, and a credential without a source',
    text: 'main: deepseek/x\nfallback_chain: [main]\nproviders: {deepseek: {credentials: [{label: e}]}}',
    expected: [
      '/h/config.yaml:2:18 fallback_chain[0]: "main" is not a model\n    To fix: write provider/model, such as deepseek/deepseek-v4-pro',
      '/h/config.yaml:3:38 providers.deepseek.credentials[0]: credential "e" does not say where its key is\n    To fix: add env: NAME (or one of api_key, file, command, keychain)',
    ],
  },
  {
    name: 'two models in one place, and a colon before a word',
    text: 'main: deepseek/x\nfallback_chain: ["openai/a, openai/b", anthropic:claude-opus]',
    expected: [
      '/h/config.yaml:2:18 fallback_chain[0]: "openai/a, openai/b" is more than one model\n    To fix: name one model in each place',
      '/h/config.yaml:2:40 fallback_chain[1]: "anthropic:claude-opus" is not a model\n    To fix: did you mean anthropic/claude-opus?',
    ],
  },
  {
    name: 'a model before its provider',
    text: 'main: deepseek-chat/deepseek\naliases: {a: gpt/openai}',
    expected: [
      '/h/config.yaml:1:1 main: unknown provider deepseek-chat\n    To fix: did you mean deepseek/deepseek-chat? Or give providers.deepseek-chat a base_url and a protocol',
      '/h/config.yaml:2:11 aliases.a: unknown provider gpt\n    To fix: did you mean openai/gpt? Or give providers.gpt a base_url and a protocol',
    ],
  },
  {
    name: 'the main model in two keys',
    text: 'provider: openai\nmodel: gpt-6\n',
    expected: [
      '/h/config.yaml:1:1 main: is missing\n    To fix: write a line such as main: deepseek/deepseek-v4-pro',
      '/h/config.yaml:1:1 provider: unknown key\n    To fix: write main: PROVIDER/MODEL; settings of a provider are below providers',
      '/h/config.yaml:2:1 model: unknown key\n    To fix: write main: PROVIDER/MODEL; settings of a provider are below providers',
    ],
  },
  {
    name: 'aliases of aliases, and one for a task that is nearly right',
    text: 'main: deepseek/x\nproviders: {deepseek: {auth: none}}\naliases: {a: b, b: main, c: maim}',
    expected: [
      '/h/config.yaml:3:11 aliases.a: "b" is an alias too, and an alias names none\n    To fix: did you mean main?',
      '/h/config.yaml:3:26 aliases.c: "maim" is neither a task nor a target\n    To fix: did you mean main?',
    ],
  },
  {
    name: 'a chain of aliases, told with its end, and a circle, which has none',
    text: 'main: deepseek/x\nproviders: {deepseek: {auth: none}}\naliases: {a: b, b: c, c: deepseek/y, d: e, e: d}',
    expected: [
      ...['11 aliases.a: "b"', '17 aliases.b: "c"'].map(
        (place) =>
          `/h/config.yaml:3:${place} is an alias too, and an alias names none\n    To fix: did you mean deepseek/y?`,
      ),
      ...['38 aliases.d: "e"', '44 aliases.e: "d"'].map(
        (place) =>
          `/h/config.yaml:3:${place} is an alias too, and an alias names none\n    To fix: write provider/model or one of ${['main', ...Object.keys(defaults.taskTimeout)].join(', ')}`,
      ),
    ],
  },
  {
    name: 'an alias for nothing, with the tasks that it may stand for',
    text: 'main: deepseek/x\nauxiliary: {translation: {provider: auto}}\naliases: {gpt: titel}',
    expected: [
      `/h/config.yaml:3:11 aliases.gpt: "titel" is neither a task nor a target\n    To fix: write provider/model or one of ${['main', ...Object.keys(defaults.taskTimeout), 'translation'].join(', ')}`,
    ],
  },
  ...['{sim: *p}', '[*p]', '{a: {b: [1, *p]}}'].map((value) => ({
    name: `an anchor that holds itself: ${value}`,
    text: `main: deepseek/x\nproviders: &p ${value}`,
    expected: [
      `/h/config.yaml:2:${value.indexOf('*') + 15} (YAML): this alias stands within its own anchor, so the value has no end\n    To fix: take the alias out, or give the anchor (&) to another value`,
    ],
  })),
  {
    name: 'aliases that stand for a thousand million values',
    text: `main: deepseek/x\n${[...'abcdefghij']
      .map(
        (name, at) =>
          `x${name}: &${name} [${Array(9)
            .fill(at === 0 ? 'x' : `*${'abcdefghij'[at - 1]}`)
            .join(', ')}]`,
      )
      .join('\n')}`,
    expected: [
      '/h/config.yaml:3:9 (YAML): aliases within aliases stand for far too many values\n    To fix: write the values out, with fewer aliases (*)',
    ],
  },
  {
    name: 'an alias whose anchor is not there',
    text: 'main: deepseek/x\naliases: {gpt: *main}',
    expected: [
      '/h/config.yaml:2:16 (YAML): Unresolved alias (the anchor must be set before the alias): main\n    To fix: put a text that begins with * in quotes',
    ],
  },
];

describe('a config file is refused in words, for', () => {
  it.each(told)('$name', ({ text, expected }) => {
    expect(refusalsOf(text)).toEqual(expected);
  });
});

const mixed: readonly { name: string; text: string; expected: readonly string[] }[] = [
  {
    name: 'typographic quotation marks around a value, and a name',
    text: 'main: “openai/y”\nproviders: {“deepseek”: {api_key: sk-test-a}}',
    expected: ['1:1 main:', '2:13 providers.“deepseek”:'],
  },
  {
    name: 'a typo above hides no unknown provider below, nor an alias that leads nowhere',
    text: 'mian: deepseek/x\nfallback_chain: [opnai/y]\naliases: {a: nowhere}',
    expected: ['1:1 mian:', '2:18 fallback_chain[0]:', '3:11 aliases.a:'],
  },
  {
    name: 'what is broken in one provider hides nothing of another',
    text: 'main: own/x\nproviders:\n  own: {base_url: 7, protocol: openai-chat}\n  deepseek: {base_url: nonsense}',
    expected: ['3:9 providers.own.base_url:', '4:14 providers.deepseek.base_url:'],
  },
  {
    name: 'what only follows from a broken provider is not told',
    text: 'main: own/x\nfallback_chain: [own/y]\nproviders:\n  own: [no, keys]',
    expected: ['4:3 providers.own:'],
  },
  {
    name: 'an unset variable hides nothing else',
    text: `main: own/x\nfallback_chain: [opnai/y]\nproviders:\n  own: {base_url: "$\{NOWHERE}", protocol: openai-chat}`,
    expected: ['2:18 fallback_chain[0]:', '4:9 providers.own.base_url:'],
  },
  {
    name: 'what is broken hides no missing key: above, beside it on its chain, or in its own provider',
    text: 'main: openai/x\nfallback_chain: [xai/y, 7]\ngatway: {}\nproviders:\n  openai: {limits: {idel: 3}}',
    expected: [
      '2:18 fallback_chain[0]:',
      '2:25 fallback_chain[1]:',
      '3:1 gatway:',
      '5:3 providers.openai:',
      '5:21 providers.openai.limits.idel:',
    ],
  },
  {
    name: 'a key that is only misspelt is not missing',
    text: 'main: openai/x\nproviders:\n  openai: {api_ky: some-key}\n  xai: {credentials: 7}\nfallback_chain: [xai/y]',
    expected: ['3:12 providers.openai.api_ky:', '4:9 providers.xai.credentials:'],
  },
  {
    name: 'a main target that is not there misses no key, nor does a provider that no route names; a wrong port hides none',
    text: 'fallback_chain: [xai/y]\ngateway: {port: 99999}\nproviders: {openai: {}}',
    expected: ['1:1 main:', '1:18 fallback_chain[0]:', '2:11 gateway.port:'],
  },
  {
    name: 'a task whose provider is unknown is not asked for a model',
    text: 'main: deepseek/x\nauxiliary: {title: {provider: nobody, tmeout: 3}}',
    expected: ['2:21 auxiliary.title.provider:', '2:39 auxiliary.title.tmeout:'],
  },
];

describe('all problems are told at once, each once, in the order of the file:', () => {
  it.each(mixed)('$name', ({ text, expected }) => {
    expect(
      refusalsOf(text).map((line) =>
        line.replace('/h/config.yaml:', '').split(' ').slice(0, 2).join(' '),
      ),
    ).toEqual(expected);
  });
});
