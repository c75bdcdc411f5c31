import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { findListener, listListening } from './find-listener.ts';

const root = mkdtempSync(join(tmpdir(), 'holdfast-listener-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n';
const hexPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** Words of four bytes, each with its last byte first, as Linux writes them. */
function encode(bytes: readonly number[]): string {
  return Buffer.from(bytes).swap32().toString('hex').toUpperCase();
}

const v4 = (text: string): readonly number[] => text.split('.').map(Number);
const mapped = (text: string): readonly number[] => [...Array(10).fill(0), 255, 255, ...v4(text)];
const zeros = Array<number>(16).fill(0);
const loopback6 = [...Array<number>(15).fill(0), 1];

function row(
  address: readonly number[],
  port: number,
  facts: { state?: string; uid?: number; inode?: number } = {},
): string {
  const { state = '0A', uid = 1000, inode = 555 } = facts;
  return `   0: ${encode(address)}:${hexPort(port)} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 ${uid}        0 ${inode} 1 0000 100 0 0 10 0\n`;
}

let made = 0;
function stage(
  tables: { tcp?: string; tcp6?: string },
  processes: Record<
    string,
    { links?: Record<string, string>; exe?: string; comm?: string; cmdline?: string }
  > = {},
): { proc: string; passwd: string } {
  const proc = join(root, `proc${made++}`);
  mkdirSync(join(proc, 'net'), { recursive: true });
  for (const [name, rows] of Object.entries(tables))
    writeFileSync(join(proc, 'net', name), head + rows);
  for (const [pid, { links = {}, exe, comm, cmdline }] of Object.entries(processes)) {
    mkdirSync(join(proc, pid, 'fd'), { recursive: true });
    for (const [fd, to] of Object.entries(links)) symlinkSync(to, join(proc, pid, 'fd', fd));
    if (exe !== undefined) symlinkSync(exe, join(proc, pid, 'exe'));
    if (comm !== undefined) writeFileSync(join(proc, pid, 'comm'), `${comm}\n`);
    if (cmdline !== undefined) writeFileSync(join(proc, pid, 'cmdline'), cmdline);
  }
  const passwd = join(proc, 'passwd');
  writeFileSync(passwd, 'root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n');
  return { proc, passwd };
}

describe('who keeps an address from us', () => {
  const addresses = [
    ['127.0.0.1', 'tcp', v4('127.0.0.1')],
    ['127.0.0.2', 'tcp', v4('127.0.0.2')],
    ['0.0.0.0', 'tcp', v4('0.0.0.0')],
    ['::1', 'tcp6', loopback6],
    ['::', 'tcp6', zeros],
    ['127.0.0.1', 'tcp6', mapped('127.0.0.1')],
  ] as const;
  /** The system's own rule: the same address, or one of the two is every address of its family. */
  const isShut = (held: string, wanted: string): boolean => {
    if (held === wanted || held === '::' || wanted === '::') return true;
    const isV6 = [held, wanted].map((one) => one.includes(':'));
    return isV6[0] === isV6[1] && (held === '0.0.0.0' || wanted === '0.0.0.0');
  };
  const cases = addresses.flatMap(([held, table, bytes]) =>
    ['127.0.0.1', '127.0.0.2', '0.0.0.0', '::1', '0:0:0:0:0:0:0:1', '::', 'localhost'].map(
      (wanted) => [held, table, wanted, bytes] as const,
    ),
  );
  it.each(cases)('held %s (%s), wanted %s', (held, table, wanted, bytes) => {
    const places = stage({ [table]: row(bytes, 4653) });
    const own = wanted === '0:0:0:0:0:0:0:1' ? '::1' : wanted;
    const expected = wanted === 'localhost' || isShut(held, own);
    expect(findListener(wanted, 4653, places) !== undefined).toBe(expected);
    expect(findListener(wanted, 4654, places)).toBeUndefined();
  });
});

describe('what is said of the holder', () => {
  const tcp = row(v4('127.0.0.1'), 4653);
  const socket = { 3: '/dev/null', 7: 'socket:[555]' };
  it.each([
    ['a program', { exe: '/usr/sbin/nginx', cmdline: 'nginx: master\0' }, 'nginx'],
    ['one that was upgraded', { exe: '/usr/bin/redis (deleted)' }, 'redis'],
    [
      'a script',
      { exe: '/usr/bin/node', cmdline: 'node\0/srv/app/server.js\0--token=x\0' },
      'node server.js',
    ],
    ['an option is not quoted', { exe: '/bin/nc', cmdline: 'nc\0-l\0secret.txt\0' }, 'nc'],
    ['whose file may not be read', { comm: 'sshd' }, 'sshd'],
    ['of which nothing is known', {}, 'a program'],
  ])('%s', (_name, facts, program) => {
    const places = stage(
      { tcp },
      { 811: { links: { 7: 'socket:[556]' } }, 812: { links: socket, ...facts }, self: {} },
    );
    expect(findListener('127.0.0.1', 4653, places)).toEqual({
      user: '1000',
      process: { pid: 812, program },
    });
  });

  it.each([
    [0, 'root'],
    [33, 'www-data'],
    [1234, '1234'],
  ])('a holder of user %i that may not be looked at', (uid, user) => {
    const places = stage({ tcp: row(v4('0.0.0.0'), 80, { uid }) }, { 812: {} });
    expect(findListener('127.0.0.1', 80, places)).toEqual({ user, process: undefined });
  });

  it.each(['01', '06', '08'])('a connection in state %s holds no port', (state) => {
    expect(
      findListener('127.0.0.1', 4653, stage({ tcp: row(v4('127.0.0.1'), 4653, { state }) })),
    ).toBeUndefined();
  });

  it.each(['', 'no table at all', '0: :: 0A'])('a table "%s" names nobody', (rows) => {
    expect(findListener('127.0.0.1', 4653, stage({ tcp: rows }))).toBeUndefined();
  });

  it('a system without such files names nobody', () => {
    expect(findListener('127.0.0.1', 4653, { proc: join(root, 'absent') })).toBeUndefined();
  });
});

it.runIf(process.platform === 'linux')('finds this very process', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(findListener('127.0.0.1', port)?.process?.pid).toBe(process.pid);
  await new Promise((resolve) => server.close(resolve));
});

it.each<readonly [held: readonly number[], table: 'tcp' | 'tcp6', told: readonly string[]]>([
  [v4('192.168.1.7'), 'tcp', ['192.168.1.7']],
  [v4('127.0.0.5'), 'tcp', ['127.0.0.5']],
  [v4('0.0.0.0'), 'tcp', ['127.0.0.1']],
  [loopback6, 'tcp6', ['[::1]']],
  [zeros, 'tcp6', ['[::1]']],
  [mapped('10.0.0.7'), 'tcp6', ['10.0.0.7']],
])('who listens at %j is reached there', (held, table, told) => {
  const rows = head + row(held, 8000) + row(held, 8001) + row(held, 8002, { state: '01' });
  const { files } = createFakeHost({ files: { [`/proc/net/${table}`]: rows } });
  expect(listListening(files, 8000)).toEqual(told);
  expect(listListening(files, 8002)).toEqual([]);
});
