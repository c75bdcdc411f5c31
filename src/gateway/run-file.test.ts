/** The file by which other commands find the gateway of a home: believed only with a proof. */

import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.ts';
import { isProof, proveRun, readRunFile, writeRunFile } from './run-file.ts';

const path = '/state/running.json';
const facts = {
  url: 'http://127.0.0.1:4653',
  pid: 812,
  startedAt: 1_800_000_000_000,
  token: 'secret-of-run',
  workers: 4,
};

describe('the run file', () => {
  it('is there until the gateway has ended, and says when it takes nothing new', () => {
    const host = createFakeHost();
    const { end, remove } = writeRunFile(host, path, facts);
    expect(readRunFile(host, path)).toEqual(facts);
    end();
    expect(readRunFile(host, path)).toEqual({ ...facts, isEnding: true });
    remove();
    expect(host.fileText(path)).toBeUndefined();
  });

  it('stays when another gateway has written it since', () => {
    const host = createFakeHost();
    const { remove } = writeRunFile(host, path, facts);
    const later = { ...facts, pid: 813, token: 'another' };
    writeRunFile(host, path, later);
    remove();
    expect(readRunFile(host, path)).toEqual(later);
  });

  it('names the gateway again that ran before', () => {
    const host = createFakeHost();
    writeRunFile(host, path, facts);
    const second = { ...facts, pid: 813, token: 'another', beside: facts };
    const { end, remove } = writeRunFile(host, path, second);
    expect(readRunFile(host, path)).toEqual(second);
    end();
    remove();
    expect(readRunFile(host, path)).toEqual(facts);
  });

  it('tells of the one before that did not take it back', () => {
    const host = createFakeHost();
    const second = { ...facts, pid: 813, token: 'another', killed: facts };
    writeRunFile(host, path, second);
    expect(readRunFile(host, path)).toEqual(second);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"url":"file:///x","pid":1,"startedAt":1,"token":"t"}',
    '{"url":"http://h","pid":1}',
  ])('is no run file: %s', (text) => {
    const host = createFakeHost({ files: { [path]: text } });
    expect(readRunFile(host, path)).toBeUndefined();
  });

  it('is proved by who knows its token, for this challenge alone', () => {
    const proof = proveRun(facts.token, 'once');
    expect(isProof(proof, facts.token, 'once')).toBe(true);
    expect(isProof(proof, facts.token, 'twice')).toBe(false);
    expect(isProof(proof, 'another', 'once')).toBe(false);
    expect(isProof(undefined, facts.token, 'once')).toBe(false);
    expect(proof).not.toContain(facts.token);
  });
});
