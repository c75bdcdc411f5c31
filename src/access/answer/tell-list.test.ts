/** A list is told without what belongs to others, and what comes with a batch is the batch's. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { ReferenceStore } from '../../../test/fakes/reference-store.ts';
import { AccountBindings } from '../../credentials/pool/account-bindings.ts';
import { Collected } from '../tasks/collected.ts';
import { tellList } from './tell-list.ts';

const account = { origin: 'https://p.test', account: 'team' };

function stage() {
  const { clock } = createFakeHost();
  const bindings = new AccountBindings(clock, new ReferenceStore(), (fault) => {
    throw fault;
  });
  const engine = { bindings, redactor: { mentions: (text: string) => text.includes('sk-test') } };
  const list = async (
    body: string,
    caller: { readonly maker?: string; readonly seesAll?: boolean },
    end: 'end' | 'cut' = 'end',
  ): Promise<readonly unknown[]> => {
    const told: unknown[] = [];
    const reply = new Collected();
    reply.head(200, { 'content-length': '999' });
    reply.write(Buffer.from(body.slice(0, 5)));
    if (end === 'end') reply.end(Buffer.from(body.slice(5)));
    else reply.cut();
    await tellList(
      reply,
      { ...engine, request: caller, owner: account },
      {
        head: (status, headers) => void told.push(status, headers['content-length']),
        write: (chunk) => told.push(Buffer.from(chunk).toString()) > 0,
        onDrain: (resume) => resume(),
        end: (chunk) => void told.push(Buffer.from(chunk ?? []).toString()),
        cut: () => void told.push('cut'),
      },
    );
    return told;
  };
  return { bindings, list };
}

const write = (...data: readonly object[]): string =>
  JSON.stringify({ object: 'list', data, has_more: true, last_id: 'x' }, undefined, 1);

describe('a list', () => {
  it('of which all may be seen is told as it came', async () => {
    const { bindings, list } = stage();
    bindings.remember(['file-1'], { ...account, maker: 'ada' });
    const body = write({ id: 'file-1' }, { id: 'file-2' });
    for (const caller of [{ maker: 'ada' }, { maker: 'admin', seesAll: true }])
      expect(await list(body, caller)).toEqual([200, String(body.length), body]);
  });

  it('lacks what another made, and keeps its marks of the page', async () => {
    const { bindings, list } = stage();
    bindings.remember(['file-1'], { ...account, maker: 'ada' });
    const [, , told] = await list(write({ id: 'file-1' }, { id: 'file-2' }), { maker: 'bob' });
    expect(JSON.parse(String(told))).toEqual(JSON.parse(write({ id: 'file-2' })));
  });

  it('shows an output of a batch to nobody but those who share, until the batch says whose it is', async () => {
    const { bindings, list } = stage();
    const output = { id: 'file-9', purpose: 'batch_output' };
    bindings.remember(['batch_1'], { ...account, maker: 'ada' });
    const seenBy = async (maker?: string): Promise<number> => {
      const [, , told] = await list(write(output), maker === undefined ? {} : { maker });
      return JSON.parse(String(told)).data.length;
    };
    expect([await seenBy('ada'), await seenBy('bob'), await seenBy()]).toEqual([0, 0, 1]);
    await list(write({ id: 'batch_1', output_file_id: 'file-9' }), { maker: 'bob' });
    expect([await seenBy('ada'), await seenBy('bob'), await seenBy()]).toEqual([1, 0, 0]);
  });

  it('teaches whose account it is, but no name that may not be stored', async () => {
    const { bindings, list } = stage();
    await list(write({ id: 'file-1' }, { id: 'sk-test-1' }, { id: 'two words' }), {});
    const names = ['file-1', 'sk-test-1', 'two words'];
    expect([...(await bindings.ownersOf(names)).keys()]).toEqual(['file-1']);
  });

  it('that breaks off is told as far as it came, and is no whole one', async () => {
    const { list } = stage();
    expect(await list(write({ id: 'file-1' }), {}, 'cut')).toEqual([200, '999', '{\n "o', 'cut']);
  });

  it.each(['[]', '{"object":"list"}', '{"error":{}}', 'no JSON'])(
    'as it came: %s',
    async (body) => {
      const { list } = stage();
      expect(await list(body, { maker: 'ada' })).toEqual([200, String(body.length), body]);
    },
  );
});
