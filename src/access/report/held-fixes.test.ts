/**
 * While a candidate is held back, its error tells what mends it as the refusal itself did: from the
 * words that were said then.
 */

import { expect, it } from 'vitest';
import { refused, stageEngine } from '../../../test/fakes/engine-stage.ts';

const own = { base_url: 'http://127.0.0.1:9/v1', protocol: 'openai-chat', api_key: 'sk-test-m' };
const fixPattern = /To fix: (.*?) \[holdfast request/;

it.each([
  [403, 'Your organization must be verified to use the model `m`.', 'model_not_found'],
  [403, 'Project `proj_b` does not have access to model `m`. Ask its owner.', 'model_not_found'],
  [404, 'The API deployment for this resource does not exist.', 'DeploymentNotFound'],
  [403, 'Missing scopes: model.request. Check that you have the correct role.', undefined],
  [403, 'Your email is not verified. Please check your inbox.', undefined],
  [402, 'Please set up a payment method at https://acme.test/billing.', undefined],
  [401, 'The account associated with this key has been deactivated.', 'account_deactivated'],
])('%i %s', async (status, message, code) => {
  const stage = stageEngine({ main: 'local/m', providers: { local: own } });
  stage.host.upstream.answerBy(() => refused(status, { message, code }));
  const first = fixPattern.exec((await stage.ask()).text)?.[1];
  const second = fixPattern.exec((await stage.ask()).text)?.[1];
  expect(stage.lastRecord()?.attempts).toEqual([]);
  expect([first?.length, second]).toEqual([expect.any(Number), first]);
});
