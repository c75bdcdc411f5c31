import { describe, expect, it } from 'vitest';
import { formatFix } from '../../errors.ts';
import type { FailureClass } from '../../model/failure.ts';
import { fixWords } from './words-fix.ts';

const own = 'http://127.0.0.1:1234/v1';
const ofVendor = 'https://generativelanguage.googleapis.com/v1beta/openai';

function told(
  cause: FailureClass,
  words: string,
  baseUrl = own,
  model = 'qwen3-8b',
): string | undefined {
  const fix = fixWords(cause, words, { provider: 'acme', model, baseUrl });
  return fix && formatFix(fix);
}

it.each([
  ['auth-rejected', 'unauthorized', 'gpt-oss:120b-cloud', /: ollama signin$/],
  ['forbidden-key', 'HTTP 403 with an empty body', 'gpt-oss:120b-cloud', /: ollama signin$/],
  ['auth-rejected', 'unauthorized', 'qwen3-8b', undefined],
  ['not-in-plan', 'this model requires a subscription', 'kimi-k2:cloud', /ollama\.com\/upgrade/],
] as const)('an Ollama of one’s own may pass a model on: %s, %s, %s', (cause, said, model, fix) => {
  const text = told(cause, said, own, model);
  expect(text).toEqual(fix && expect.stringMatching(fix));
  expect(told(cause, said, 'https://ollama.com/v1', model)).toBe(undefined);
});

describe('words that do not say what to do', () => {
  it.each<readonly [FailureClass, words: string, baseUrl: string, expected: RegExp]>([
    [
      'auth-rejected',
      'API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that assert a principal.',
      ofVendor,
      /^no API key works at this address.* holdfast config set providers\.acme\.credentials '\[\{command: \[gcloud, auth, print-access-token\]\}\]'$/,
    ],
    [
      'auth-rejected',
      'bad request: Personal Access Tokens are not supported for this endpoint',
      ofVendor,
      /^no personal access token works at this address/,
    ],
    ['forbidden-request', 'RBAC: access denied', own, /service mesh .* no key was looked at$/],
    [
      'blocked',
      "HTTP 403 with Cloudflare's error 1010 (a rule of the site refuses the program that asks)",
      own,
      /let programs in .* holdfast config set providers\.acme\.headers\.user-agent/,
    ],
    [
      'rate-limit',
      'rate limit exceeded (server: APISIX/3.9.1)',
      own,
      /^the limit is that of the gateway \(APISIX\/3\.9\.1\)/,
    ],
    [
      'server-error',
      "No deployments available for selected model, Try again in 60 seconds. Passed model=m. pre-call-checks=False, cooldown_list=['fe2a']",
      own,
      /^the LiteLLM at http:\/\/127\.0\.0\.1:1234 rests .*your key was not refused$/,
    ],
    [
      'forbidden-key',
      'Your email is not verified. Please check your inbox.',
      ofVendor,
      /^do as it says: no other key of this account helps$/,
    ],
    [
      'not-offered',
      'incorrect regional hostname. Please make your request to eu.api.openai.com',
      'https://api.openai.com/v1',
      /holdfast config set providers\.acme\.base_url https:\/\/eu\.api\.openai\.com\/v1$/,
    ],
    [
      'bad-request',
      "Previous response with id 'resp_1' not found.",
      ofVendor,
      /^begin the conversation anew: .* without previous_response_id/,
    ],
    [
      'refused-request',
      'Error while downloading [your text].',
      ofVendor,
      /^send the picture or file itself/,
    ],
    [
      'forbidden-key',
      'You have insufficient permissions for this operation. Missing scopes: api.responses.write. Check that you have the correct role.',
      ofVendor,
      /^give the key, or .* the right api\.responses\.write; or use another key/,
    ],
    [
      'forbidden-key',
      'The principal `1` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform it.',
      ofVendor,
      /the right Microsoft\.CognitiveServices\/accounts\/OpenAI\/deployments\/chat\/completions\/action;/,
    ],
    [
      'too-large',
      'Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 45000.',
      ofVendor,
      /^waiting does not help, .* qwen3-8b in a minute: send less at once/,
    ],
    [
      'model-missing',
      'Invocation of model ID x.y-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
      'https://bedrock-runtime.ap-southeast-2.amazonaws.com/openai/v1',
      /^the model is there, .* name apac\.qwen3-8b as the model/,
    ],
    [
      'spend-limit',
      'modal-http: Function call failed: workspace billing cycle spend limit reached',
      own,
      /^raise the spend limit of the Modal workspace/,
    ],
    [
      'forbidden-request',
      'Payment required DEPLOYMENT_DISABLED fra1::x',
      own,
      /^Vercel has switched this deployment off/,
    ],
    [
      'forbidden-key',
      'not authorized to perform the required AWS Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access',
      ofVendor,
      /^have an administrator of the AWS account enable qwen3-8b once .* the rights that it names/,
    ],
    [
      'forbidden-key',
      'OAuth token does not meet scope requirement any_of(user:inference, user:ccr_inference)',
      ofVendor,
      /the right user:inference;/,
    ],
    [
      'forbidden-key',
      'The `models` permission is required to access this endpoint',
      ofVendor,
      /the right models;/,
    ],
    ['forbidden-key', 'The caller does not have permission', ofVendor, /the right to do this;/],
    [
      'forbidden-key',
      'Model serving is not enabled for your shard. Please contact your organization admin.',
      ofVendor,
      /^have it switched on in the account or project that the key is of/,
    ],
    ['forbidden-key', 'You cannot consume this service', ofVendor, /^give the key, or the account/],
    [
      'forbidden-model',
      "The requested model 'm' is not supported by any provider you have enabled.",
      ofVendor,
      /^enable one that serves this model in the settings of acme/,
    ],
    [
      'forbidden-key',
      'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:::foundation-model/m because no identity-based policy allows the bedrock:InvokeModel action',
      ofVendor,
      /the right bedrock:InvokeModel;/,
    ],
    [
      'forbidden-key',
      'User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: bedrock:InvokeModel on resource: arn:aws:bedrock:::foundation-model/m with an explicit deny in a service control policy: arn:aws:organizations::0:policy/p',
      ofVendor,
      /^a policy forbids it, .* administrator/,
    ],
    [
      'forbidden-key',
      'Key based authentication is disabled for this resource.',
      'https://res.openai.azure.com/openai/v1',
      /^no key works at this resource, .*: holdfast config set providers\.acme\.auth bearer && holdfast config set providers\.acme\.credentials /,
    ],
    [
      'auth-rejected',
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key.',
      'https://res.openai.azure.com/openai/v1',
      /^the key is not one of res\.openai\.azure\.com: .*providers\.acme\.base_url/,
    ],
    [
      'forbidden-key',
      'Your account type is not currently supported',
      ofVendor,
      /^ask acme which kinds of accounts/,
    ],
    [
      'forbidden-key',
      'OAuth authentication is currently not allowed for this organization.',
      ofVendor,
      /^renew the subscription of this login .* holdfast auth add acme$/,
    ],
    [
      'forbidden-key',
      'Requests from referer <empty> are blocked.',
      ofVendor,
      /^the key is restricted to websites.*Google Cloud console/,
    ],
    [
      'forbidden-key',
      'Requests from referer https://app.example/x are blocked.',
      ofVendor,
      /^the key is restricted to websites/,
    ],
    [
      'forbidden-key',
      'The provided API key has an IP address restriction. The originating IP address of the call (192.0.2.1) violates this restriction.',
      ofVendor,
      /^the key is restricted to other IP addresses/,
    ],
    [
      'forbidden-key',
      'Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent are blocked.',
      ofVendor,
      /^the key is restricted to other APIs/,
    ],
    [
      'forbidden-key',
      'Requests from this Android client application <empty> are blocked.',
      ofVendor,
      /^the key is restricted to an app/,
    ],
    [
      'forbidden-key',
      'Requests from this iOS client application <empty> are blocked.',
      ofVendor,
      /^the key is restricted to an app/,
    ],
    [
      'server-error',
      'The model has crashed without additional information. (Exit code: 18446744072635812000)',
      own,
      /^load qwen3-8b again in the program at http:\/\/127\.0\.0\.1:1234; its log/,
    ],
    [
      'server-error',
      'EngineCore encountered an issue. See stack trace (above) for the root cause.',
      own,
      /^start the server at http:\/\/127\.0\.0\.1:1234 again/,
    ],
    [
      'server-error',
      'HTTP 504 with an HTML page of an nginx proxy, titled "504 Gateway Time-out"',
      'https://llm.corp.example/v1',
      /^what stands in front of https:\/\/llm\.corp\.example .*proxy_read_timeout.*streamed/,
    ],
  ])('are told with it: %s, %s', (cause, words, baseUrl, expected) => {
    expect(told(cause, words, baseUrl)).toMatch(expected);
  });

  it.each<FailureClass>(['server-error', 'stream-cut', 'malformed'])(
    'of a server of one’s own that broke (%s) lead to its log, and of a vendor’s nowhere',
    (cause) => {
      const log =
        'look at the log of the server behind http://127.0.0.1:1234, and of what stands in front of it';
      expect(told(cause, 'KeyError: 7')).toBe(log);
      expect(told(cause, '', 'https://llm.corp.example:9000/v1')).toContain(
        'log of the server behind https://llm.corp.example:9000',
      );
      expect(told(cause, 'KeyError: 7', ofVendor)).toBeUndefined();
      expect(told(cause, 'the model has crashed', ofVendor)).toBeUndefined();
    },
  );

  it.each<FailureClass>(['rate-limit', 'billing', 'overloaded', 'bad-request', 'timeout'])(
    'of another fault (%s) lead to no log',
    (cause) => {
      expect(told(cause, 'KeyError: 7')).toBeUndefined();
    },
  );
});
