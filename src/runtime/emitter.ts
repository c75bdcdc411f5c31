/** Passes each event to every listener. Built once, by the composition root. */

import type { EngineEvent, EventListener } from '../model/events.ts';

/** A listener that throws does not affect the others: they get every event, once. */
export function createEmitter(first: EventListener | undefined): {
  readonly emit: EventListener;
  /** Returns a function that unsubscribes. */
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
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function describeListenerFault(error: unknown): EngineEvent {
  const text = `a listener of events failed (reported once): ${error instanceof Error ? error.message : String(error)}`;
  return { type: 'warning', code: 'listener-failed', text };
}
