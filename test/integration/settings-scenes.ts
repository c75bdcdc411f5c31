/** For each setting a scene in which it refuses or leaves something empty, or why there is none. */

export interface SceneStage {
  ask(body?: object, path?: string, headers?: object): Promise<string>;
  run(...words: readonly string[]): Promise<string>;
}

export interface SettingScene {
  /** As the schema has it, with `*` for names of the user's own and `[]` for an item. */
  readonly setting: string;
  /** The same in this configuration. */
  readonly at: string;
  readonly yaml: string;
  /** What names it in the place of its key. */
  readonly says?: string | undefined;
  readonly play: (stage: SceneStage) => Promise<string>;
}

const server = 'base_url: "$SIM", protocol: openai-chat, api_key: sk-sim-good';

/** `main` and one provider, with `more` of the provider and of the file. */
function yaml(model: string, more = '', top = 'max_wait: 0.1'): string {
  return `main: sim/sim/${model}\n${top}\nproviders:\n  sim:\n    {${server}}\n`.replace(
    `{${server}}`,
    more === '' ? `{${server}}` : `{${server},\n     ${more}}`,
  );
}

const whole = (stage: SceneStage): Promise<string> => stage.ask();
const streamed = (stage: SceneStage): Promise<string> => stage.ask({ stream: true });
const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const shown = (stage: SceneStage): Promise<string> =>
  stage.ask({ messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }, picture] }] });
const twice = async (stage: SceneStage): Promise<string> => {
  await stage.ask();
  return stage.ask();
};
const askTask = (stage: SceneStage): Promise<string> => stage.ask({ model: 'note' });
const command =
  (...words: readonly string[]) =>
  (stage: SceneStage): Promise<string> =>
    stage.run(...words);

const scene = (
  setting: string,
  at: string,
  text: string,
  play: SettingScene['play'],
  says?: string,
): SettingScene => ({ setting, at, yaml: text, play, says });

/** One setting of a section, and nothing else that matters. */
function ofPlain(setting: string, value: string, play: SettingScene['play']): SettingScene {
  const [section, name] = setting.split('.');
  return scene(setting, setting, yaml('plain', '', `${section}: {${name}: ${value}}`), play);
}

const model = (name: string): string => `providers.sim.models.sim/${name}`;
const own = (name: string, more: string): string => yaml(name, `models: {sim/${name}: {${more}}}`);
const note = (more: string, name = 'plain'): string =>
  `${yaml('plain')}auxiliary:\n  note: {provider: sim, model: sim/${name}, ${more}}\n`;
const spent = (unit: string): string =>
  unit === 'usd' ? '{usd: 0.000001, per: day}' : `{${unit}: 1, per: day}`;
const priced = 'prices: {sim/sim/plain: {input: 100, output: 100}}';

/** Each unit of a budget, and its period. */
function budgets(
  setting: string,
  at: string,
  text: (budget: string) => string,
  play = twice,
): readonly SettingScene[] {
  return ['usd', 'tokens', 'requests', 'per'].map((part) =>
    scene(`${setting}.${part}`, at, text(spent(part === 'per' ? 'requests' : part)), play),
  );
}

/** Each limit of time that the simulated provider can exceed. */
function limits(setting: string, at: string, more: (limit: string) => (name: string) => string) {
  const silent = {
    response_head: 'silent',
    idle_text: 'stall-after-3',
    content: 'stall-after-3',
    whole: 'silent',
  };
  return Object.entries(silent).map(([limit, name]) =>
    scene(
      `${setting}.limits.${limit}`,
      `${at.replace('NAME', name)}.limits.${limit}`,
      more(`limits: {${limit}: 0.3}`)(name).replace('protocol:', 'local: false, protocol:'),
      limit === 'whole' ? whole : streamed,
    ),
  );
}

/** The provider's only key is this one. */
const keyed = (credential: string): string =>
  yaml('plain', `credentials: [{${credential}}]`).replace(', api_key: sk-sim-good', '');

/** Keys, and what stands behind the first target. */
const further: readonly SettingScene[] = [
  scene(
    'fallback_chain',
    'fallback_chain[0]',
    yaml('status-404', '', 'fallback_chain: [sim/sim/status-404+b]'),
    whole,
  ),
  scene(
    'auxiliary.*.fallback_chain',
    'auxiliary.note.fallback_chain[0]',
    note('fallback: none, fallback_chain: [sim/sim/status-404+b]', 'status-404'),
    askTask,
  ),
  scene(
    'auxiliary.*.stream_recovery',
    'auxiliary.note.stream_recovery',
    note('fallback: none, stream_recovery: error', 'cut-after-3'),
    (stage) => stage.ask({ model: 'note', stream: true }),
  ),
  scene(
    'aliases.*',
    'aliases.*mini*',
    `${note('fallback: none')}aliases: {"*mini*": note}\n`,
    (stage) => stage.ask({ model: 'gemini-9' }),
  ),
  scene(
    'providers.*.credentials.[].env',
    'providers.sim',
    keyed('env: NO_SUCH_KEY'),
    command('ask', 'hi'),
    'NO_SUCH_KEY',
  ),
  scene(
    'providers.*.credentials.[].env_file',
    'providers.sim.credentials[0].env_file',
    keyed('env: NO_SUCH_KEY, env_file: /nowhere/.env'),
    command('ask', 'hi'),
    '/nowhere/.env',
  ),
  scene(
    'providers.*.credentials.[].api_key',
    'providers.sim.credentials[0].api_key',
    keyed('api_key: sk-sim-never'),
    whole,
    'the key in',
  ),
  scene(
    'providers.*.credentials.[].file',
    'providers.sim.credentials[0].file',
    keyed('file: /nowhere/key'),
    whole,
    '/nowhere/key',
  ),
  scene(
    'providers.*.credentials.[].command',
    'providers.sim.credentials[0].command',
    keyed('command: ["false"]'),
    whole,
    'command false',
  ),
  scene(
    'providers.*.credentials.[].timeout',
    'providers.sim.credentials[0].timeout',
    keyed('command: [sleep, "5"], timeout: 0.2'),
    whole,
    'within 0.2 s',
  ),
  scene(
    'providers.*.credentials.[].models',
    'providers.sim.credentials[0].models',
    keyed('api_key: sk-sim-good, models: [other]'),
    whole,
    'the models of the key',
  ),
];

export const scenes: readonly SettingScene[] = [
  ...further,
  scene('main', 'main', yaml('status-404'), whole),
  scene(
    'blind_models',
    'blind_models',
    yaml('blind', 'models: {sim/blind: {images: false}}', 'blind_models: refuse'),
    shown,
  ),
  scene(
    'providers.*.models.*.images',
    `${model('plain')}.images`,
    own('plain', 'images: false'),
    shown,
  ),
  scene(
    'auxiliary.*.blind_models',
    'auxiliary.note.blind_models',
    note('blind_models: refuse', 'blind'),
    (stage) => stage.ask({ model: 'note', messages: [{ role: 'user', content: [picture] }] }),
  ),
  scene(
    'auxiliary.*.provider',
    'auxiliary.note.provider',
    note('').replace('provider: sim, model: sim/plain, ', 'provider: none'),
    askTask,
  ),
  scene(
    'auxiliary.*.model',
    'auxiliary.note.model',
    note('fallback: none', 'status-404'),
    askTask,
    'auxiliary.note (',
  ),
  scene(
    'auxiliary.*.timeout',
    'auxiliary.note.timeout',
    note('fallback: none, timeout: 0.3', 'silent'),
    askTask,
  ),
  scene(
    'auxiliary.*.fallback',
    'auxiliary.note.fallback',
    note('fallback: none', 'status-500'),
    askTask,
  ),
  scene(
    'stream_recovery',
    'stream_recovery',
    yaml('cut-after-3', '', 'stream_recovery: error'),
    streamed,
  ),
  scene(
    'providers.*.stream_recovery',
    'providers.sim.stream_recovery',
    yaml('cut-after-3', 'stream_recovery: error'),
    streamed,
  ),
  scene('max_wait', 'max_wait', yaml('429-forever', '', 'max_wait: 0.2'), streamed),
  scene(
    'providers.*.max_wait',
    'providers.sim.max_wait',
    yaml('429-forever', 'max_wait: 0.2'),
    streamed,
  ),
  scene(
    'auxiliary.*.max_wait',
    'auxiliary.note.max_wait',
    note('fallback: none, max_wait: 0.2', '429-forever'),
    (stage) => stage.ask({ model: 'note', stream: true }),
  ),
  scene('providers.*.timeout', 'providers.sim.timeout', yaml('silent', 'timeout: 0.3'), whole),
  scene(
    'providers.*.models.*.timeout',
    `${model('silent')}.timeout`,
    own('silent', 'timeout: 0.3'),
    whole,
  ),
  ...limits('providers.*', 'providers.sim', (limit) => (name) => yaml(name, limit)),
  ...limits(
    'providers.*.models.*',
    'providers.sim.models.sim/NAME',
    (limit) => (name) => own(name, limit),
  ),
  ...budgets('budget', 'budget', (budget) => yaml('plain', '', `budget: ${budget}\n${priced}`)),
  ...budgets('providers.*.budget', 'providers.sim.budget', (budget) =>
    yaml('plain', `budget: ${budget}`, priced),
  ),
  ...budgets(
    'auxiliary.*.budget',
    'auxiliary.note.budget',
    (budget) => `${note(`budget: ${budget}`)}${priced}\n`,
    async (stage) => {
      await askTask(stage);
      return askTask(stage);
    },
  ),
  ...budgets('providers.*.credentials.[].budget', 'providers.sim.credentials[0].budget', (budget) =>
    yaml('plain', `credentials: [{api_key: sk-sim-good+own, budget: ${budget}}]`, priced).replace(
      ', api_key: sk-sim-good',
      '',
    ),
  ),
  scene(
    'gateway.unknown_model',
    'gateway.unknown_model',
    `${yaml('plain', '', 'gateway: {unknown_model: error}')}  two: {base_url: "$SIM", protocol: openai-chat, auth: none}\n`,
    (stage) => stage.ask({ model: 'nobody-has-it' }),
  ),
  scene(
    'gateway.pinned_fallback',
    'gateway.pinned_fallback',
    `${yaml('plain', '', 'gateway: {pinned_fallback: none}\nfallback_chain: [sim/sim/other]')}`,
    (stage) => stage.ask({ model: 'sim/sim/status-404' }),
  ),
  ofPlain('gateway.max_inflight_bytes', '100', (stage) => stage.ask({ user: 'x'.repeat(2000) })),
  ofPlain('gateway.allowed_hosts', '[a.example]', (stage) =>
    stage.ask({}, '/v1/chat/completions', { host: 'b.example' }),
  ),
  ofPlain('gateway.allowed_origins', '["https://a.example"]', (stage) =>
    stage.ask({}, '/v1/chat/completions', { origin: 'https://b.example' }),
  ),
  ofPlain('gateway.ui', 'false', (stage) => stage.ask({}, '/ui/')),
  ofPlain('sessions.save', 'false', command('sessions', 'list')),
  ofPlain('sessions.keep', '1', command('sessions', 'show', 'abc')),
  ofPlain('sessions.max_bytes', '1', command('sessions', 'show', 'abc')),
  ofPlain('descriptions.save', 'false', command('descriptions', 'list')),
  ofPlain('descriptions.keep', '1', command('descriptions', 'list')),
  ofPlain('descriptions.max_bytes', '1', command('descriptions', 'list')),
  ofPlain('records.days', '1', command('why', 'hfr_abc')),
  ofPlain('records.content', 'false', async (stage) => {
    await stage.ask();
    return stage.run('why', 'last', '-v');
  }),
  ofPlain('log.folder', 'config.yaml', command('doctor')),
  ofPlain('log.format', 'text', command('logs')),
  ofPlain('log.keep', '1', command('logs', '--request', 'hfr_abc')),
  scene(
    'providers.*.base_url',
    'providers.sim.base_url',
    yaml('plain').replace('"$SIM"', '"http://127.0.0.1:1/v1"'),
    whole,
  ),
  scene(
    'providers.*.base_urls.*',
    'providers.sim.base_urls.openai-chat',
    yaml('plain').replace(
      'base_url: "$SIM", protocol: openai-chat',
      'base_urls: {openai-chat: "http://127.0.0.1:1/v1"}',
    ),
    whole,
  ),
  scene(
    'providers.*.api_key',
    'providers.sim.api_key',
    yaml('plain').replace('sk-sim-good', 'sk-sim-never'),
    whole,
    'the key in',
  ),
  scene(
    'providers.*.auth',
    'providers.sim.auth',
    yaml('plain', 'auth: none')
      .replace('api_key: sk-sim-good', 'region: x')
      .replace(', region: x', ''),
    whole,
  ),
  scene(
    'providers.*.ignore_sources',
    'providers.deepseek.ignore_sources',
    'main: deepseek/m\nproviders:\n  deepseek: {ignore_sources: [env]}\n',
    command('ask', 'hi'),
  ),
];
