import { describe } from 'vitest';
import { describeSlotSource } from '../../../test/contracts/slot-source.ts';
import { TaskSlots } from './task-slots.ts';

describe('the places of a task', () => {
  describeSlotSource(({ clock }) => new TaskSlots(clock));
});
