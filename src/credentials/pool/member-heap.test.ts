/** The heap keeps its order through every change, and is walked in order without being changed. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemberHeap } from './member-heap.ts';

function heapOf(keys: readonly number[]): MemberHeap {
  const heap = new MemberHeap((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);
  for (const member of keys.keys()) heap.add(member);
  return heap;
}

const inOrder = (keys: readonly number[]): number[] =>
  [...keys.keys()].sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0) || a - b);

it('is walked in order, and is whole afterwards', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), (keys) => {
      const heap = heapOf(keys);
      expect([...heap.ordered()]).toEqual(inOrder(keys));
      expect([...heap.ordered()]).toEqual(inOrder(keys));
      expect(heap.first).toBe(inOrder(keys)[0]);
    }),
  );
});

it('gives everybody who was there when the walk began, whoever leaves or is settled meanwhile', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 }), (given) => {
      const keys = [...given];
      const heap = heapOf(keys);
      const seen: number[] = [];
      for (const member of heap.ordered()) {
        seen.push(member);
        keys[member] = 100 + seen.length;
        heap.settle(member);
        if (member % 3 === 0) heap.remove(member);
      }
      expect(seen).toEqual(inOrder(given));
    }),
  );
});

it('looks at few of many when the walk is left early', () => {
  let compared = 0;
  const heap = new MemberHeap((a, b) => {
    compared += 1;
    return a - b;
  });
  for (let member = 0; member < 10_000; member++) heap.add(member);
  compared = 0;
  const first: number[] = [];
  for (const member of heap.ordered()) if (first.push(member) === 3) break;
  expect(first).toEqual([0, 1, 2]);
  expect(compared).toBeLessThan(30);
});
