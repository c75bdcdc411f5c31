/** A vendor's pages belong to its address, whatever the provider is called in the configuration. */

import { expect, it } from 'vitest';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';
import { catalogue } from '../../providers/builtin.ts';
import { hasOrigin } from '../../providers/sites.ts';

const vendors = catalogue.entries.flatMap(({ name, origins, links }) =>
  Object.values(origins).flatMap((baseUrl) => {
    const isWhole = baseUrl.startsWith('https:') && !baseUrl.includes('{');
    const isOwn = isWhole && catalogue.vendorAt(baseUrl) === name;
    return isOwn && hasOrigin(origins, new URL(baseUrl).origin) && links.keys !== undefined
      ? [[name, baseUrl, links.keys] as const]
      : [];
  }),
);

it.each(vendors)('%s at %s', async (_name, base_url, page) => {
  const mine = { base_url, protocol: 'openai-chat', api_key: 'sk-test-of-mine' };
  const stage = stageEngine({ main: 'mine/m', providers: { mine } });
  stage.host.upstream.answerBy(() => refused(402, { message: 'out of money' }));
  const { text } = await stage.ask();
  expect(text).toContain(`at ${new URL(page).origin}`);
});

it('a server of your own has none of them', async () => {
  const mine = { base_url: 'http://127.0.0.1:9/v1', protocol: 'openai-chat', api_key: 'sk-test-1' };
  const stage = stageEngine({ main: 'openai/m', providers: { openai: mine } });
  stage.host.upstream.answerBy(() => refused(402, { message: 'out of money' }));
  expect((await stage.ask()).text).not.toContain('openai.com');
});

it('a vendor whose address has a region has them too', async () => {
  const bedrock = { api_key: 'sk-test-1', region: 'us-east-1' };
  const stage = stageEngine({ main: 'bedrock/m', providers: { bedrock } });
  stage.host.upstream.answerBy(() => refused(402, { message: 'out of money' }));
  expect((await stage.ask()).text).toContain('add money at https://console.aws.amazon.com');
});
