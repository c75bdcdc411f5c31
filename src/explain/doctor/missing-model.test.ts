/** A model that its provider does not offer: doctor tells its mend as the failed request does. */

import { expect, it } from 'vitest';
import { answered, refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import { judgeRoutes } from './judge-routes.ts';

const { signal } = new AbortController();
const at = { protocol: 'openai-chat', api_key: 'sk-test-1' };
const one = { ...at, base_url: 'https://one.example/v1' };
const two = { ...at, base_url: 'https://two.example/v1' };

it.each([
  ['main', { main: 'one/gone', fallback_chain: ['two/n'] }],
  ['fallback_chain[0]', { main: 'two/n', fallback_chain: ['one/gone'] }],
  [
    'auxiliary.vision',
    { main: 'two/n', auxiliary: { vision: { provider: 'one', model: 'gone' } } },
  ],
])('%s', async (setting, config) => {
  const stage = stageEngine({ providers: { one, two }, ...config });
  const missing = refused(404, { message: "model 'gone' not found" });
  const other = setting === 'main' ? answered : refused(402);
  stage.host.upstream.answerBy(({ origin }) =>
    origin === 'https://one.example' ? missing : other,
  );
  await stage.ask({ model: setting.startsWith('auxiliary') ? 'vision' : 'main' });
  const troubles = judgeRoutes(await stage.runtime.plan({ signal }));
  const [told] = troubles.flatMap(({ fix }) => (/model/.test(fix?.text ?? '') ? fix : []));
  const [said = ''] = stage.lastRecord()?.fixes?.filter((fix) => fix.includes(setting)) ?? [];
  expect(said).toMatch(/^correct the model at .* \(given config\); holdfast models --refresh/);
  expect(told?.text.replace('vision.model', 'vision')).toBe(said);
});
