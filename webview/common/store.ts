/** One object of state and those who hear of its changes. */
export interface Store<S> {
  readonly state: S;
  /** Replaces the given fields and tells the listeners, once, before it returns. */
  update(change: Partial<S>): void;
}

/** @param onChange hears of every change, after it. */
export function createStore<S extends object>(initial: S, onChange: () => void): Store<S> {
  let state = initial;
  return {
    get state() {
      return state;
    },
    update(change) {
      state = { ...state, ...change };
      onChange();
    },
  };
}
