/** A store of sessions in memory: what a chat keeps of its conversation, without a file. */

import { createHash } from 'node:crypto';
import type { AttachmentHead, Session, SessionStore, SessionTurn } from '../../src/sessions/session.ts';

export interface MemorySessions extends SessionStore {
  readonly all: Map<string, Session>;
  /** Every text that was written while it came. */
  readonly partials: string[];
}

export function createMemorySessions(): MemorySessions {
  const all = new Map<string, Session>();
  const partials: string[] = [];
  const contents = new Map<string, Uint8Array>();
  const change = (id: string, by: (session: Session) => Partial<Session>): void => {
    const session = all.get(id);
    if (session !== undefined) all.set(id, { ...session, ...by(session) });
  };
  const replace = (id: string, number: number, turn: Partial<SessionTurn>): void =>
    change(id, ({ said }) => ({
      said: said.map((one) => (one.number === number ? { ...one, ...turn } : one)),
    }));
  return {
    all,
    partials,
    create: async () => {
      const head = { title: '', titleRank: 'derived', createdAt: 0, usedAt: 0, turns: 0, said: [] } as const;
      const session = { ...head, id: `s${all.size + 1}` };
      all.set(session.id, session);
      return session;
    },
    addTurn: async (id, { attachments = [], state = 'whole', ...turn }) => {
      const heads = attachments.map(({ bytes, ...file }): AttachmentHead => {
        const hash = createHash('sha256').update(bytes).digest('hex');
        contents.set(hash, bytes);
        return { ...file, hash, size: bytes.length };
      });
      const number = (all.get(id)?.said.length ?? 0) + 1;
      change(id, ({ said, title }) => ({
        title: title === '' ? turn.text : title,
        turns: number,
        said: [...said, { ...turn, state, number, at: 0, attachments: heads }],
      }));
      return number;
    },
    writePartial: async (id, number, { text }) => {
      partials.push(text);
      replace(id, number, { text, state: 'streaming' });
    },
    finishTurn: async (id, number, turn) => replace(id, number, turn),
    list: async (limit) => [...all.values()].reverse().slice(0, limit),
    find: async (reference) =>
      reference === 'last'
        ? [...all.values()].at(-1)
        : [...all.values()].find(({ id }) => id.startsWith(reference)),
    show: async (id) => all.get(id),
    search: async () => [],
    setTitle: async (id, title, titleRank) => {
      change(id, () => ({ title, titleRank }));
      return true;
    },
    readAttachment: async (hash) => contents.get(hash),
    delete: async (id) => all.delete(id),
    close: async () => undefined,
  };
}
