/** What may be typed in a chat besides messages. */

import { describe, expect, it } from 'vitest';
import { answer, play, texts } from '../../test/fakes/chat-stage.ts';
import { RequestError } from '../errors.ts';

describe('commands', () => {
  it('/retry asks the last message again, and its answer takes the place of the former', async () => {
    const { sent, session } = await play({
      lines: ['one', '/retry'],
      steps: [answer('A'), answer('B')],
    });
    expect(texts(sent[1])).toEqual(['one']);
    expect(session?.said.map(({ text }) => text)).toEqual(['one', 'B']);
  });

  it('/model says who is asked from now on', async () => {
    const lines = ['/model', '/model two/m', 'one', '/model three/x'];
    const { face, host } = await play({ lines, steps: [answer('A')] });
    expect(face.shown).toEqual([
      expect.stringMatching(/^main answers\. Others: .*one\/m, two\/m/),
      'Using two/m from now on.',
      'answer: A',
      "Using three/x from now on. It is in no provider's model list; the name is sent as typed.",
    ]);
    expect(host.upstream.requests[0]?.origin).toBe('https://two.example');
  });

  it('/why tells the story of the last answer, /cost what was used', async () => {
    const { face } = await play({ lines: ['one', '/why', '/cost'], steps: [answer('A')] });
    expect(face.shown[1]).toMatch(
      /^Answered after .* by one\/m, the first that was asked\.\n {2}main → one\/m/,
    );
    expect(face.shown[2]).toMatch(/^This session: 1 answer, 10 tokens in, 5 out\./);
  });

  it('/title gives a title, /sessions lists those of before', async () => {
    const lines = ['one', '/title', '/title My own', '/title', '/sessions'];
    const { face, session } = await play({ lines, steps: [answer('A')] });
    expect(face.shown.slice(1, 4)).toEqual(['one', 'My own', 'My own']);
    expect(face.shown[4]).toMatch(/^[0-9a-f]+ .* 2 turns {2}My own$/);
    expect(session?.titleRank).toBe('user');
  });

  it.each([
    ['/nope', 'ERROR there is no command /nope'],
    ['/why', 'ERROR nothing has been answered yet'],
    ['/retry', 'ERROR nothing has been said yet'],
    ['/title x', 'ERROR a conversation without a message has no title'],
    ['/sessions', 'No conversation is stored yet.'],
    ['/help', expect.stringContaining('/retry')],
  ])('%s, first of all', async (line, said) => {
    const { face, sent } = await play({ lines: [line], steps: [] });
    expect([face.shown, sent]).toEqual([[said], []]);
  });

  it.each([
    ['/modle', 'did you mean /model?'],
    ['/helpp', 'did you mean /help?'],
    ['/constructor', '/help lists them'],
  ])('%s is not known, and the nearest one is named', async (line, fix) => {
    const explain = (error: unknown): string =>
      error instanceof RequestError ? `${error.fix?.text}` : String(error);
    const { face } = await play({ lines: [line], steps: [], explain });
    expect(face.shown).toEqual([fix]);
  });

  it('one that is mistyped does not stand in the line again', async () => {
    const { face } = await play({ lines: ['/nope'], steps: [] });
    expect(face.prefills).toEqual(['', '']);
  });

  it('a path at the beginning of a message is no command', async () => {
    const { sent } = await play({ lines: ['/etc/hosts is what?'], steps: [answer('A')] });
    expect(texts(sent[0])).toEqual(['/etc/hosts is what?']);
  });
});
