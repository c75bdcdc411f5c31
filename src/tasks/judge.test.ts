import { describe, expect, it } from 'vitest';
import { defaults } from '../model/defaults.ts';
import type { JudgedAnswer, MissCause } from './profile.ts';
import { profileOf } from './profiles.ts';

const answer: JudgedAnswer = {
  text: 'Fix login redirect loop',
  reasoningLength: 0,
  finish: 'stop',
  hasToolCalls: false,
  askedLimit: undefined,
};

type Row = readonly [name: string, answer: Partial<JudgedAnswer>, cause: MissCause | undefined];

/** What holds for each of the known tasks. */
const ofEach: readonly Row[] = [
  ['takes an answer', {}, undefined],
  ['takes one that followed thoughts', { reasoningLength: 4000 }, undefined],
  ['refuses nothing at all', { text: ' \n' }, 'empty'],
  ['refuses thoughts alone', { text: '', reasoningLength: 900 }, 'only-reasoning'],
  [
    'refuses thoughts that used up the limit',
    { text: '', reasoningLength: 900, finish: 'length' },
    'only-reasoning',
  ],
  [
    'refuses hidden thoughts that used up the limit',
    { text: '', finish: 'length', askedLimit: 500 },
    'empty',
  ],
  ['refuses what its length limit has cut', { finish: 'length' }, 'cut'],
  ['takes what the limit of its caller has cut', { finish: 'length', askedLimit: 100 }, undefined],
  [
    'leaves a sign of life as it is',
    { text: '', reasoningLength: 5, finish: 'length', askedLimit: 1 },
    undefined,
  ],
  [
    'takes a call of a tool without text',
    { text: '', finish: 'tool-calls', hasToolCalls: true },
    undefined,
  ],
  [
    'takes whatever comes with a call of a tool',
    { text: 'Sorry, I cannot help', hasToolCalls: true },
    undefined,
  ],
  ['refuses thoughts between tags', { text: '<think>\nthe user' }, 'think-text'],
  [
    'refuses thoughts between tags before a text',
    { text: '<think>\nhm\n</think>\n\nFix login' },
    'think-text',
  ],
  [
    'refuses thoughts aloud',
    { text: 'Okay, the user wants a title for this conversation. Let me see' },
    'think-text',
  ],
  [
    'refuses thoughts about the user',
    { text: 'The user is asking for help with login.' },
    'think-text',
  ],
  ['refuses a refusal', { text: "I'm sorry, but I can't help with that." }, 'refusal'],
  [
    'refuses a refusal with a typographic apostrophe',
    { text: 'I’m sorry, but I can’t assist with that request.' },
    'refusal',
  ],
  ['refuses a refusal that says why', { text: 'I cannot provide that.' }, 'refusal'],
  ['refuses a refusal in Chinese', { text: '抱歉，我无法回答这个问题。' }, 'refusal'],
  ['refuses what a filter has ended', { finish: 'content-filter' }, 'refusal'],
  ['refuses what a filter has left nothing of', { text: '', finish: 'content-filter' }, 'refusal'],
];

describe.each(Object.keys(defaults.taskTimeout))('the judge of %s', (task) => {
  it.each(ofEach)('%s', (_name, changed, cause) => {
    expect(profileOf(task).judge({ ...answer, ...changed })).toBe(cause);
  });
});

describe('the judge of titles', () => {
  const titles = [
    "I can't log in to GitHub",
    'Why is the sky blue?',
    'The user table is missing an index',
    '"Fix login"',
    'Title: Fix login',
    '# 修复登录重定向循环',
    'OK button does nothing',
    'Let it crash: Erlang supervision',
    'Sorry state of YAML parsers',
    'Here documents in bash',
    '{"title": "Fix login"}',
    '```json\n{"title": "Fix login"}\n```',
    'Fix login\n\n(8 words)',
  ];
  it.each(titles)('takes %j', (text) => {
    expect(profileOf('title_generation').judge({ ...answer, text })).toBeUndefined();
  });

  const answers = [
    'Sure! Here is how you can fix the redirect loop: first, open the settings of your proxy.',
    'I can help you with that. What framework are you using?',
    'Could you share the code that redirects?',
    'Please provide the conversation you would like me to name.',
    'To fix this, set the cookie domain and restart the server.',
    'The redirect loop happens because the cookie is never set: the domain of the session cookie does not match the host that the browser shows, so each request begins anew and the server sends you back.',
    'First do this.\nThen do that.\nThen restart.',
    '```js\nlogin()\n```',
  ];
  it.each(answers)('refuses an answer to the conversation: %j', (text) => {
    expect(profileOf('title_generation').judge({ ...answer, text })).toBe('not-the-task');
  });
});

describe('the judge of a task that nothing is known of', () => {
  it.each([
    ['refuses nothing at all', { text: '' }, 'empty'],
    ['refuses thoughts alone', { text: '', reasoningLength: 9 }, 'only-reasoning'],
    ['takes a refusal', { text: 'I am sorry, but I cannot help with that.' }, undefined],
    ['takes what was cut', { finish: 'length' }, undefined],
    ['takes a call of a tool', { text: '', hasToolCalls: true }, undefined],
  ] satisfies readonly Row[])('%s', (_name, changed, cause) => {
    expect(profileOf('translation').judge({ ...answer, ...changed })).toBe(cause);
  });
});
