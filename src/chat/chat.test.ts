/** A chat turn by turn: what is sent, kept and said. */

import { describe, expect, it } from 'vitest';
import { answer, half, play, refusal, texts } from '../../test/fakes/chat-stage.ts';
import type { FakeHost } from '../../test/fakes/fake-host.ts';
import type { Session } from '../sessions/session.ts';

describe('a conversation', () => {
  it('is sent whole with each turn, and kept turn by turn', async () => {
    const { face, sent, session } = await play({
      lines: ['one', '', 'two'],
      steps: [answer('A'), answer('B')],
    });
    expect(face.shown).toEqual(['answer: A', 'answer: B']);
    expect(texts(sent[1])).toEqual(['one', 'A', 'two']);
    expect(session?.said.map(({ role, text, state, model }) => [role, text, state, model])).toEqual(
      [
        ['user', 'one', 'whole', undefined],
        ['assistant', 'A', 'whole', 'one/m'],
        ['user', 'two', 'whole', undefined],
        ['assistant', 'B', 'whole', 'one/m'],
      ],
    );
  });

  it('goes on where it was left, and one that is empty is not kept', async () => {
    const { sessions } = await play({ lines: ['one'], steps: [answer('A')] });
    const { sent } = await play({ lines: ['two'], steps: [answer('B')], sessions, resume: 'last' });
    expect(texts(sent[0])).toEqual(['one', 'A', 'two']);
    expect((await play({ lines: [''], steps: [] })).session).toBeUndefined();
  });

  it('tells a rescue in one quiet line', async () => {
    const { face } = await play({ lines: ['one'], steps: [refusal('no such model'), answer('B')] });
    expect(face.shown).toEqual([
      'answer: B',
      expect.stringMatching(/^Answered after .* by two\/m, the second choice, because one\/m /),
    ]);
  });

  it('keeps what an answer has said when a person ends it', async () => {
    const { face, session, fault } = await play({
      lines: ['one'],
      steps: [half],
      prepare: (_host, face) => {
        face.onPush = () => face.interrupt();
      },
    });
    expect(face.shown).toEqual(['answer: half', 'Stopped. The text so far is saved.']);
    expect(session?.said.at(-1)).toMatchObject({ text: 'half', state: 'stopped' });
    expect(fault).toBeUndefined();
  });

  it('writes down once a second what is being said', async () => {
    let kept: Session | undefined;
    await play({
      lines: ['one'],
      steps: [half],
      prepare: (host, face, sessions) => {
        face.onPush = () =>
          void Promise.resolve()
            .then(() => host.advance(1000))
            .then(async () => {
              kept = await sessions.show((await sessions.find('last'))?.id ?? '');
              face.interrupt();
            });
      },
    });
    expect(kept?.said.at(-1)).toMatchObject({ text: 'half', state: 'streaming' });
  });
});

describe('a turn that fails', () => {
  const refusals = [refusal('temperature is wrong'), refusal('temperature is wrong')];
  const steps = [...refusals, answer('A')];

  it('says one error, offers what was typed, and is asked once more, not twice said', async () => {
    const { face, sent, session, fault } = await play({ lines: ['one', 'one'], steps });
    expect(face.shown).toEqual([
      'answer: ',
      expect.stringMatching(/^ERROR .*temperature/),
      'answer: A',
    ]);
    expect(face.prefills).toEqual(['', 'one', '']);
    expect(texts(sent[2])).toEqual(['one']);
    expect(session?.said.map(({ text, state }) => [text, state])).toEqual([
      ['one', 'whole'],
      ['A', 'whole'],
    ]);
    expect(fault).toBeUndefined();
  });

  it('is what the chat ends with, where nothing comes behind it', async () => {
    const { fault } = await play({ lines: ['one'], steps: refusals });
    expect(fault).toMatchObject({ code: 'upstream-refused' });
  });

  it('is offered again when the conversation is resumed', async () => {
    const { sessions } = await play({ lines: ['one'], steps: refusals });
    const { face } = await play({ lines: [], steps: [], sessions, resume: 'last' });
    expect(face.prefills).toEqual(['one']);
  });
});

describe('a file named with @', () => {
  const files = (host: FakeHost): void => {
    host.setFile('/home/notes.txt', 'a note');
    host.setFile('/home/two words.png', '\x89PNG....');
    host.setFile('/home/program', '\x7fELF\0\0');
  };

  it('goes along, in this turn and in each later one', async () => {
    const lines = ['see @~/notes.txt, and @"~/two words.png"; mail me@home, @nobody', 'again'];
    const { face, sent, session } = await play({
      lines,
      steps: [answer('A'), answer('B')],
      prepare: files,
    });
    expect(face.shown[0]).toBe('With notes.txt, two words.png.');
    const parts = [
      { type: 'text', text: lines[0] },
      { type: 'text', text: '<file name="notes.txt">\na note\n</file>' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORy4uLi4=' } },
    ];
    expect(sent.map((request) => texts(request)[0])).toEqual([parts, parts]);
    expect(session?.said[0]?.attachments.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['notes.txt', 'text/plain'],
      ['two words.png', 'image/png'],
    ]);
  });

  it('that is not there is told, and the message goes as it stands; names and packages are words', async () => {
    const lines = ['see @~/gone.png, @"a b", @nobody and @types/node'];
    const { face, sent } = await play({ lines, steps: [answer('A')], prepare: files });
    expect(face.shown[0]).toBe('There is no file ~/gone.png, a b: it is sent as text.');
    expect(texts(sent[0])).toEqual(lines);
  });

  it('that no model can read is refused by name, and nothing is sent', async () => {
    const { face, sent } = await play({ lines: ['see @~/program'], steps: [], prepare: files });
    expect(face.shown).toEqual([
      expect.stringContaining('@~/program cannot go along: is neither a picture'),
    ]);
    expect([sent, face.prefills.at(-1)]).toEqual([[], 'see @~/program']);
  });
});
