/**
 * A file that cannot be read because this process has no descriptor left says nothing new: what it
 * was stays in use, and it is read again.
 */

import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.ts';
import { RequestError } from '../../errors.ts';
import type { Host } from '../../host.ts';
import { TrackedFile } from './tracked-file.ts';

const path = '/h/key';

/** A host whose files can be looked at and not opened while `isShort()`. */
function setUp() {
  const fake = createFakeHost({ files: { [path]: 'old' } });
  let isShort = false;
  const host: Host = {
    ...fake,
    files: {
      ...fake.files,
      readText: (name) => {
        if (isShort)
          throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
        return fake.files.readText(name);
      },
    },
  };
  const file = new TrackedFile({
    host,
    path,
    parse: (content) => (content.state === 'text' ? content.text : content.state),
    isSuspect: () => false,
  });
  return {
    fake,
    file,
    setShort: (now: boolean) => {
      isShort = now;
    },
  };
}

it('keeps what it was, and is read again as soon as that is possible, changed since or not', async () => {
  const { fake, file, setShort } = setUp();
  expect(file.current()).toBe('old');
  await fake.advance(1000);
  fake.files.writeAtomic(path, 'new');
  setShort(true);
  expect([file.current(), file.reread()]).toEqual(['old', 'old']);
  setShort(false);
  expect(file.current()).toBe('new');
});

it('is busy where it was never read, and no absent or unreadable file', () => {
  const { file, setShort } = setUp();
  setShort(true);
  expect(() => file.current()).toThrow(RequestError);
  expect(() => file.current()).toThrow(/EMFILE/);
  setShort(false);
  expect(file.current()).toBe('old');
});
