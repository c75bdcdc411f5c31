/**
 * Programs whose page stands where their API was looked for: known by the page's title, with the
 * path of their API. Data.
 */

interface WebApp {
  readonly name: string;
  readonly title: RegExp;
  /** Where it speaks OpenAI's protocol. */
  readonly path: string;
}

/** The rule of an answer that is such a page. */
export const appRule = 'page-of-an-app';

/** [D] their API pages, from memory (n/v). */
const webApps: readonly WebApp[] = [
  { name: 'Open WebUI', title: /\bopen webui\b/i, path: '/api' },
  { name: 'AnythingLLM', title: /^anythingllm\b/i, path: '/api/v1/openai' },
  { name: 'llama.cpp', title: /\bllama\.cpp\b/i, path: '/v1' },
  { name: 'KoboldCpp', title: /^kobold(ai|cpp)\b/i, path: '/v1' },
  { name: 'New API', title: /^(new|one) api\b/i, path: '/v1' },
  { name: 'LiteLLM', title: /^litellm\b/i, path: '/v1' },
  { name: 'LocalAI', title: /^localai\b/i, path: '/v1' },
];

export function findWebApp(title: string): WebApp | undefined {
  return webApps.find((app) => app.title.test(title));
}

/** Returns the path of its API; undefined for a name that no program has. */
export function pathOfWebApp(name: string): string | undefined {
  return webApps.find((app) => app.name === name)?.path;
}
