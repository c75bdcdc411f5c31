/** Hands what happens to everybody who listens. Built once, by the composition root. */

import type { EngineEvent, EventListener } from '../model/events.ts';

/** One listener that fails stands in nobody's way: the others hear everything, and that once. */
export function createEmitter(first: EventListener | undefined): {
  readonly emit: EventListener;
  /** The same, for those outside the engine. */
  readonly tell: EventListener;
  /** Returns the way to stop listening. */
  readonly subscribe: (listener: EventListener) => () => void;
} {
  const listeners = new Set<EventListener>(first === undefined ? [] : [first]);
  const failed = new WeakSet<EventListener>();
  const emit: EventListener = (event) => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        if (failed.has(listener)) continue;
        failed.add(listener);
        emit(describeListenerFault(error));
      }
    }
  };
  return {
    emit,
    tell: emit,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function describeListenerFault(error: unknown): EngineEvent {
  const text = `a listener of events failed, which is told once: ${error instanceof Error ? error.message : String(error)}`;
  return { type: 'warning', code: 'listener-failed', text };
}
