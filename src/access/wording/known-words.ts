/**
 * Words of refusals that say what happened and not what to do, each with what mends it. Data.
 */

import { formatKeyPath } from '../../config/schema/key-paths.ts';
import { shellLine } from '../../host/shell-line.ts';
import type { FailureClass } from '../../model/failure.ts';
import { frontIn } from '../../protocols/body/fronts.ts';
import { flaggedWords, unverifiedWords } from '../../providers/signatures/states.ts';
import { noServerWords, rightsWords, switchedOffWords } from '../../providers/signatures/topics.ts';
import { fixRestricted, fixRight } from './key-rights.ts';
import { requestWords, type WordsFix } from './request-words.ts';
import { serverWords } from './server-words.ts';
import { advises } from './speakers.ts';

/** `gpt-oss:120b-cloud`, `kimi-k2-thinking:cloud`. */
const ollamaCloud = /[:-]cloud$/;

/** Elsewhere the same words are about a plan or a licence. */
const rightsCauses: readonly FailureClass[] = [
  'forbidden-feature',
  'forbidden-key',
  'forbidden-model',
  'auth-rejected',
  'auth-suspect',
  'server-error',
];

/** The kind of a key that an address does not take. */
const kindNamed =
  /\b((?:(?:personal|oauth2?|api|access|admin|management|service[- ]account|session|bearer|classic|fine[- ]grained)[ -]){1,4}(?:access )?(?:token|key))s?\b[^.;]{0,40}\b(?:are|is) (?:currently )?not (?:supported|accepted)\b/i;

/** The first whose words fit. */
export const knownWords: readonly WordsFix[] = [
  ...requestWords,
  ...serverWords,
  // Google, with the status UNAUTHENTICATED and the reason CREDENTIALS_MISSING
  {
    words: /\bAPI keys are not supported by this API\b/i,
    fix: ({ provider }) => ({
      text: 'no API key works at this address, only an access token: let a command print it, and take the key out',
      command: shellLine`holdfast config set ${formatKeyPath(['providers', provider, 'credentials'])} ${'[{command: [gcloud, auth, print-access-token]}]'}`,
    }),
  },
  // Azure, with the code AuthenticationTypeDisabled
  {
    words: /\bkey based authentication is disabled\b/i,
    fix: ({ provider }) => ({
      text: 'no key works at this resource, only an access token of Entra: let a command print it, and take the key out; or have keys switched on there',
      command: shellLine`holdfast config set ${formatKeyPath(['providers', provider, 'auth'])} bearer && holdfast config set ${formatKeyPath(['providers', provider, 'credentials'])} ${'[{command: [az, account, get-access-token, --resource, https://cognitiveservices.azure.com, --query, accessToken, -o, tsv]}]'}`,
    }),
  },
  {
    words: kindNamed,
    causes: ['auth-rejected', 'auth-suspect'],
    fix: (_asked, words) => ({
      text: `no ${kindNamed.exec(words)?.[1]?.toLowerCase().replace('oauth', 'OAuth').replace('api', 'API') ?? 'such key'} works at this address, whatever it may do elsewhere: give it a key or token of the kind that it takes`,
    }),
  },
  {
    words:
      /\btool call validation failed\b|\bfailed to call a function\b|\bdid not match schema\b/i,
    causes: ['malformed'],
    fix: () => ({
      text: 'ask again, since a model errs at times; or loosen the schema of that tool, or name a model that is better with tools',
    }),
  },
  // SageMaker and SAP: the address names the endpoint
  {
    words:
      /\b(endpoint|deployment) (with id \S+|\S+ of account \d+) (was )?(not found|does not exist)\b/i,
    causes: ['not-offered'],
    fix: ({ provider }) => ({
      text: `correct the name of the endpoint, or its account and region, in ${formatKeyPath(['providers', provider, 'base_url'])}`,
    }),
  },
  {
    words: /^please configure AI gateway\b/i,
    fix: ({ provider }) => ({
      text: `create that gateway in the Cloudflare dashboard (AI Gateway), or correct its account and its name in ${formatKeyPath(['providers', provider, 'base_url'])}`,
    }),
  },
  {
    words: /\baws-marketplace:/,
    fix: ({ model }) => ({
      text: `have an administrator of the AWS account enable ${model} once in the Bedrock console, or give the role of the key the rights that it names; or name another model`,
    }),
  },
  {
    words: /^RBAC: access denied/,
    fix: ({ baseUrl }) => ({
      text: `have whoever runs the service mesh or proxy (Envoy, Istio) in front of ${new URL(baseUrl).origin} let this caller in, by its AuthorizationPolicy or RBAC filter: no key was looked at`,
    }),
  },
  {
    words: /\bCloudflare's error 1010\b/,
    fix: ({ provider, baseUrl }) => ({
      text: `neither the key nor this network is at fault: have whoever runs ${new URL(baseUrl).origin} let programs in (Cloudflare's Browser Integrity Check, or a rule by user-agent), or send a user-agent that it lets in`,
      command: shellLine`holdfast config set ${formatKeyPath(['providers', provider, 'headers', 'user-agent'])} curl/8`,
    }),
  },
  {
    words: /\(server: \w/,
    causes: ['rate-limit', 'quota'],
    fix: ({ baseUrl }, words) => ({
      text: `the limit is that of the gateway (${/\(server: ([\w./ -]+)/.exec(words)?.[1]}) at ${new URL(baseUrl).origin}, which counts its callers: wait, or have whoever runs it raise yours`,
    }),
  },
  {
    words: unverifiedWords,
    causes: ['forbidden-key', 'forbidden-feature'],
    fix: ({ provider }, words) => ({
      text: `${advises(words, { cause: 'forbidden-key' }) ? 'do as it says' : `complete the verification that ${provider} asks for`}: no other key of this account helps`,
    }),
  },
  {
    words: flaggedWords,
    causes: ['forbidden-key'],
    fix: ({ provider }) => ({
      text: `ask the support of ${provider}, which looks at this account and may let it in again: no other key of it helps`,
    }),
  },
  // Azure: each resource has keys and an address of its own
  {
    words: /\binvalid subscription key or wrong API endpoint\b/i,
    fix: ({ provider, baseUrl }) => ({
      text: `the key is not one of ${new URL(baseUrl).hostname}: take one of that resource, or write the address of the key's own resource into ${formatKeyPath(['providers', provider, 'base_url'])}`,
    }),
  },
  // an Ollama of one's own passes these models on to ollama.com. [D] https://docs.ollama.com/cloud
  {
    words: /\bunauthorized\b|\bforbidden\b|\bsign ?in\b|\bempty body\b/i,
    isOfOwn: true,
    models: ollamaCloud,
    causes: ['auth-rejected', 'forbidden-key'],
    fix: ({ model, baseUrl }) => ({
      text: `sign the Ollama at ${new URL(baseUrl).origin} in to ollama.com, which answers for ${model}, with an account that may use it: ollama signin`,
    }),
  },
  {
    words: /\bsubscription\b|\bupgrade\b/i,
    isOfOwn: true,
    models: ollamaCloud,
    fix: ({ baseUrl }) => ({
      text: `upgrade the account at ollama.com that the Ollama at ${new URL(baseUrl).origin} is signed in with (https://ollama.com/upgrade), or name another model`,
    }),
  },
  {
    words: /^modal-http: .*\bspend limit reached\b/i,
    fix: () => ({
      text: 'raise the spend limit of the Modal workspace that runs the server (https://modal.com/settings/usage), or wait for its next billing cycle: the key has no part in it',
    }),
  },
  {
    words: /\bDEPLOYMENT_(DISABLED|PAUSED)\b|^HTTP 402 with .*\bVercel\b/,
    fix: () => ({
      text: 'Vercel has switched this deployment off: its owner can see why, mostly a bill or a limit of the plan, and switch it on (https://vercel.com/dashboard)',
    }),
  },
  {
    words: /\boauth authentication is (currently )?not allowed\b/i,
    fix: ({ provider }) => ({
      text: `renew the subscription of this login if it has ended, or use an API key: ${shellLine`holdfast auth add ${provider}`}`,
    }),
  },
  {
    words: /\baccount type is not (currently )?supported\b/i,
    fix: ({ provider }) => ({
      text: `ask ${provider} which kinds of accounts may use this: no other key of this account helps`,
    }),
  },
  // AWS: who forbids, and not what the key may do
  {
    words: /\bexplicit deny in an? [\w -]*(policy|boundary)\b/i,
    fix: () => ({
      text: 'a policy forbids it, whatever the key may do: have its administrator allow this model, in each region that it may be served from; or name another model',
    }),
  },
  {
    words: /\bby any provider you have enabled\b/i,
    fix: ({ provider }) => ({
      text: `enable one that serves this model in the settings of ${provider}, or name another model`,
    }),
  },
  // Azure. [I] https://github.com/MicrosoftDocs/azure-docs/issues/114602
  {
    words: /^resource not found\W*$|\bapi[- ]version\b/i,
    at: /\bazure\b|\/openai\b/,
    fix: ({ provider }) => ({
      text: `an address of Azure that ends with a deployment needs a query api-version that it knows, and one that ends with /openai/v1 needs none`,
      command: shellLine`holdfast config set ${formatKeyPath(['providers', provider, 'query', 'api-version'])} 2024-10-21`,
    }),
  },
  // before the rights of a key, which change nothing here
  {
    words: switchedOffWords,
    fix: ({ provider }) => ({
      text: `have it switched on in the account or project that the key is of (the console of ${provider}), or use a key of another one`,
    }),
  },
  {
    words: /\bmake your request to ([\w-]+(?:\.[\w-]+)+)/i,
    causes: ['not-offered'],
    fix: ({ provider, baseUrl }, words) => {
      const [, host = ''] = /\bmake your request to ([\w-]+(?:\.[\w-]+)+)/i.exec(words) ?? [];
      const { pathname } = new URL(baseUrl);
      return {
        text: 'the key is good, and its account is asked at another host',
        command: shellLine`holdfast config set ${formatKeyPath(['providers', provider, 'base_url'])} ${`https://${host}${pathname}`}`,
      };
    },
  },
  { words: rightsWords, causes: rightsCauses, fix: (_asked, words) => fixRight(words) },
  // google.api.ErrorReason API_KEY_…_BLOCKED, whose names stand beside these words
  {
    words: /\brequests from referr?er\b.{0,200}\bblocked\b/i,
    fix: fixRestricted('websites, and a program has none'),
  },
  { words: /\bIP address restriction\b/i, fix: fixRestricted('other IP addresses') },
  {
    words: /\brequests from this (android|ios) client application\b/i,
    fix: fixRestricted('an app'),
  },
  {
    words: /\brequests to this API\b.{0,200}\bare blocked\b/i,
    fix: fixRestricted('other APIs'),
  },
  {
    words:
      /\b(504|524)\b|(\b|_)(gateway|upstream|endpoint|invocation)[ _](request )?(time-?out|timed out)\b/i,
    isOfOwn: true,
    causes: ['server-error', 'timeout'],
    fix: ({ baseUrl }, words) => ({
      text: `what stands in front of ${new URL(baseUrl).origin} waits no longer for the answer: raise its limit of time (${limitNamed(words)}), or have the answer streamed`,
    }),
  },
  {
    words: /\bCloudflare's error 52[56]\b/,
    isOfOwn: true,
    fix: ({ baseUrl }) => ({
      text: `mend TLS between Cloudflare and the server behind ${new URL(baseUrl).origin}: the certificate of that server, or the SSL mode of the site; nothing of this machine has a part in it`,
    }),
  },
  // the page has a status of a gateway, and is not of the server itself
  {
    words: /^HTTP (502|503|52\d|530) with |^application failed to respond$/i,
    isOfOwn: true,
    causes: ['server-error', 'overloaded'],
    fix: ({ baseUrl }, words) => ({
      text: `see whether the server behind ${new URL(baseUrl).origin} runs, and start it, or look at its log${logOf(words)}`,
    }),
  },
  // LiteLLM rests what its upstream has refused
  {
    words: /\bno deployments available\b.*\bcooldown/i,
    causes: ['server-error'],
    fix: ({ baseUrl }) => ({
      text: `the LiteLLM at ${new URL(baseUrl).origin} rests all its deployments of this model after failures of its own upstream: its log says which; your key was not refused`,
    }),
  },
  {
    words: new RegExp(`^bad gateway\\W*$|${noServerWords.source}`, 'i'),
    isOfOwn: true,
    causes: ['server-error', 'overloaded'],
    fix: ({ baseUrl }, words) => ({
      text: `no server that is up stands behind ${new URL(baseUrl).origin}, or its check of health fails: see whether it runs and start it, or look at its log${logOf(words)}`,
    }),
  },
  // Ollama's check of hosts, which no key passes
  {
    words: /^HTTP 403 with an empty body\b/,
    isOfOwn: true,
    causes: ['forbidden-request'],
    fix: ({ baseUrl }) => ({
      text: `if it is an Ollama, it does not know the host name ${new URL(baseUrl).hostname}: set OLLAMA_HOST=0.0.0.0 where it runs and start it again, or let what stands in front of it send the header Host: localhost:11434; otherwise see the log of what answers there`,
    }),
  },
  {
    words: /^(invalid host( header)?|host (header )?(is )?not allowed|misdirected request)\b/i,
    causes: ['forbidden-request'],
    fix: ({ baseUrl }) => ({
      text: `it does not know the host name ${new URL(baseUrl).hostname}: add it to the allowed hosts of that server, or ask at a name that it knows`,
    }),
  },
  {
    words: /\bERR_NGROK_7\d\d\b/,
    fix: () => ({
      text: 'the ngrok account behind this address is at a limit of its plan: its owner can see and raise it (https://dashboard.ngrok.com)',
    }),
  },
  // Cloud Run. [D] https://cloud.google.com/run/docs/troubleshooting#429
  {
    words: /^Rate exceeded\.$/,
    isOfOwn: true,
    causes: ['rate-limit'],
    fix: () => ({
      text: 'where it is Google Cloud Run, no instance was free: raise its maximum of instances; the key has no part in it',
    }),
  },
  {
    words: /\bbackend NotFound\b/,
    causes: ['not-offered'],
    fix: ({ provider }) => ({
      text: `what stands in front of the server has no rule for this host and path: add one to it, or correct ${formatKeyPath(['providers', provider, 'base_url'])}`,
    }),
  },
  {
    words: /\bseveral lines of JSON\b/,
    fix: ({ provider }) => ({
      text: `another API answers there, such as Ollama's own under /api: correct ${formatKeyPath(['providers', provider, 'base_url'])} (mostly it ends with /v1), or the protocol`,
    }),
  },
];

function limitNamed(words: string): string {
  const front = frontIn(words);
  if (front === undefined)
    return 'such as proxy_read_timeout of nginx, or timeout server of HAProxy';
  return `${front.limit ?? 'its name is unknown here'}, of ${front.name}`;
}

function logOf(words: string): string {
  const front = frontIn(words);
  return front === undefined ? '' : `, and at that of ${front.name.replace(/^an? /, 'the ')}`;
}
