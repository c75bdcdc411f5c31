/** The clouds' own SDKs, each asked once, whole and streamed, of an imitation at CLOUDS_URL: `SDK`. Prints one answer a line. */

const [, , sdk] = process.argv;
const url = process.env.CLOUDS_URL;
const key = process.env.CLOUDS_KEY;
const messages = [{ role: 'user', content: 'hello' }];

/** The host that the SDK means becomes the first part of the path. */
const redirected = (input, init) => {
  const meant = new URL(input instanceof Request ? input.url : input);
  return fetch(`${url}/${meant.host}${meant.pathname}${meant.search}`, init);
};

const programs = {
  'foundry-sdk': async () => {
    const { AnthropicFoundry } = await import('@anthropic-ai/foundry-sdk');
    return claude(new AnthropicFoundry({ apiKey: key, resource: 'mine', fetch: redirected }), '');
  },
  'bedrock-sdk': async () => {
    const { AnthropicBedrockMantle } = await import('@anthropic-ai/bedrock-sdk');
    const client = { apiKey: key, awsRegion: 'us-east-1', fetch: redirected };
    return claude(new AnthropicBedrockMantle(client), 'anthropic.');
  },
  'openai-azure': () => gpt('https://mine.openai.azure.com/openai/v1', 'my-deployment'),
  'openai-bedrock': () =>
    gpt('https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1', 'openai.gpt-6-luna'),
  'openai-mantle': () => gpt('https://bedrock-mantle.us-east-1.api.aws/v1', 'openai.gpt-6-luna'),
  'ai-azure': async () => {
    const { createAzure } = await import('@ai-sdk-6/azure');
    const azure = createAzure({ apiKey: key, resourceName: 'mine', fetch: redirected });
    return model([azure.chat('my-deployment'), azure.responses('my-deployment')]);
  },
  'ai-vertex': async () => {
    const { createVertex } = await import('@ai-sdk-6/google-vertex');
    const vertex = createVertex({ apiKey: key, fetch: redirected });
    return model([vertex('gemini-3.8-flash')]);
  },
};

for (const answer of await programs[sdk]()) process.stdout.write(`${answer}\n`);

async function claude(client, prefix) {
  const asked = { model: `${prefix}claude-haiku-4-5`, max_tokens: 64, messages };
  const whole = await client.messages.create(asked);
  const streamed = await client.messages.stream(asked).finalMessage();
  return [whole, streamed].map(({ content }) => content[0].text);
}

async function gpt(baseURL, name) {
  const { default: OpenAI } = await import('openai');
  const client = new OpenAI({ baseURL, apiKey: key, fetch: redirected });
  const chat = { model: name, messages };
  const respond = { model: name, input: messages, store: false };
  return [
    (await client.chat.completions.create(chat)).choices[0].message.content,
    (await client.chat.completions.stream(chat).finalChatCompletion()).choices[0].message.content,
    (await client.responses.create(respond)).output_text,
    (await client.responses.stream(respond).finalResponse()).output_text,
  ];
}

async function model(models) {
  const { generateText, streamText } = await import('ai-6');
  const answers = [];
  for (const one of models) {
    const asked = { model: one, messages, maxRetries: 0 };
    answers.push((await generateText(asked)).text, await streamText(asked).text);
  }
  return answers;
}
