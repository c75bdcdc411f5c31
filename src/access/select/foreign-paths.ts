/**
 * Paths of other APIs, which are not served (step 0): a program that asks for one was told to speak
 * another vendor's API than it should. Pure.
 */

/** [D] the vendors' references, read 2026-11. Bounded, since a caller writes the path. */
const foreignApis: readonly (readonly [path: RegExp, api: string])[] = [
  [/^\/api\/(chat|generate|tags|show|ps|version|pull|embed|embeddings)$/, "Ollama's own API"],
  [
    /^\/api\/(v0|v1(?!\/(chat\/completions|responses|messages|embeddings|models$)))\//,
    "LM Studio's own API",
  ],
  [/^\/(props|slots|completion|infill|tokenize|apply-template)$/, "llama.cpp's own API"],
  [/^\/openai\/deployments\//, 'Azure OpenAI'],
  [/^\/model\/[^/]{1,200}\/(converse|invoke)/, 'Amazon Bedrock'],
  [/^\/v1(beta1?)?\/projects\//, 'Google Vertex AI'],
  [/^\/v[12]\/(chat|embed|generate|tokenize)$/, 'Cohere'],
  [/^(\/v1)?\/completions$/, "OpenAI's old text completions"],
  [/^(\/v1)?\/(assistants|threads)\b/, "OpenAI's Assistants"],
];

/** Returns what API has that path; undefined if none that is known. */
export function findForeignApi(path: string): string | undefined {
  return foreignApis.find(([known]) => known.test(path))?.[1];
}
