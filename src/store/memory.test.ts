/** The memory store keeps the contract of every store. */

import { testStore } from '../../test/contracts/store.ts';
import { MemoryStore } from './memory.ts';

testStore('MemoryStore', async () => {
  const store = new MemoryStore();
  return { store, close: () => store.close() };
});
