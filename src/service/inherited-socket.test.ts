import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { findOtherPlace, takeInheritedSocket } from './inherited-socket.ts';

const ours = '4711'; // the fake host's process

describe('takeInheritedSocket', () => {
  it.each([
    ['the one that was passed', { LISTEN_PID: ours, LISTEN_FDS: '1' }, { fd: 3 }],
    [
      'one, whatever its name',
      { LISTEN_PID: ours, LISTEN_FDS: '1', LISTEN_FDNAMES: 'web' },
      { fd: 3 },
    ],
    [
      'ours of several',
      { LISTEN_PID: ours, LISTEN_FDS: '3', LISTEN_FDNAMES: 'metrics:holdfast:x' },
      { fd: 4 },
    ],
    ['nothing where no process is named', { LISTEN_FDS: '1' }, undefined],
    ['nothing of another process', { LISTEN_PID: '1', LISTEN_FDS: '1' }, undefined],
    ['nothing where nothing was passed', {}, undefined],
    ['nothing of empty variables', { LISTEN_PID: '', LISTEN_FDS: '' }, undefined],
  ])('takes %s, and leaves no variable', (_name, environment, expected) => {
    const host = createFakeHost({
      environment: { ...environment, LISTEN_PIDFDID: '7', HOME: '/' },
    });
    expect(takeInheritedSocket(host)).toEqual(expected);
    expect(host.environment.all()).toEqual({ HOME: '/' });
  });

  it.each([
    ['LISTEN_FDS is "one"', { LISTEN_PID: ours, LISTEN_FDS: 'one' }],
    ['LISTEN_FDS is "0"', { LISTEN_PID: ours, LISTEN_FDS: '0' }],
    ['LISTEN_FDS is "-1"', { LISTEN_PID: ours, LISTEN_FDS: '-1' }],
    ['LISTEN_FDS is "1e3"', { LISTEN_PID: ours, LISTEN_FDS: '1e3' }],
    ['LISTEN_PID is "self"', { LISTEN_PID: 'self', LISTEN_FDS: '1' }],
    ['2 sockets were passed (LISTEN_FDS), and 0', { LISTEN_PID: ours, LISTEN_FDS: '2' }],
    [
      '2 sockets were passed (LISTEN_FDS), and 2',
      { LISTEN_PID: ours, LISTEN_FDS: '2', LISTEN_FDNAMES: 'holdfast:holdfast' },
    ],
    // a name beyond the sockets is no socket
    [
      '2 sockets were passed (LISTEN_FDS), and 0',
      { LISTEN_PID: ours, LISTEN_FDS: '2', LISTEN_FDNAMES: 'a:b:holdfast' },
    ],
  ])('refuses: %s', (said, environment) => {
    const host = createFakeHost({ environment });
    expect(() => takeInheritedSocket(host)).toThrow(said);
  });
});

describe('findOtherPlace', () => {
  it.each([
    ['http://127.0.0.1:4653', '127.0.0.1', 4653, true],
    ['http://127.0.0.1:4653', 'localhost', 4653, true],
    ['http://[::1]:4653', 'localhost', 4653, true],
    ['http://[::1]:4653', '[::1]', 4653, true],
    ['http://[fe80::1]:4653', 'fe80::1%eth0', 4653, true],
    ['http://[::]:4653', '0.0.0.0', 4653, true],
    // a name may stand for any address
    ['http://10.0.0.7:4653', 'gateway.lan', 4653, true],
    // the system was to choose a port
    ['http://127.0.0.1:4653', '127.0.0.1', 0, true],
    ['http://127.0.0.1:80', '127.0.0.1', 80, true],
    ['http://127.0.0.1:4653', '127.0.0.1', 4654, false],
    ['http://0.0.0.0:4653', '127.0.0.1', 4653, false],
    ['http://127.0.0.1:4653', '0.0.0.0', 4653, false],
    ['http://10.0.0.7:4653', 'localhost', 4653, false],
    ['http://[::1]:4653', '127.0.0.1', 4653, false],
  ])('%s and %s:%i are the same: %s', (url, host, port, isSame) => {
    const source = 'config.yaml:7';
    const other = findOtherPlace(url, {
      host: { value: host, source },
      port: { value: port, source },
    });
    expect(other === undefined).toBe(isSame);
    if (other !== undefined)
      expect(other.text).toMatch(/LISTEN_FDS.* listens at .*config\.yaml:7.*To fix: `holdfast/);
  });
});
