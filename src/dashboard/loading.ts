import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Failure } from './api';

/** What is known of something that is asked for; while it is asked for again, what was known stays. */
export interface Loaded<T> {
  value?: T;
  failure?: Failure;
  isLoading: boolean;
  reload(): void;
  set(value: T): void;
}

/** Asks when one of `keys` changes; an answer that was overtaken by a later question is dropped. */
export function useLoaded<T>(ask: () => Promise<T>, keys: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload' | 'set'>>({ isLoading: true });
  const question = useRef(0);
  const load = useCallback(() => {
    const mine = ++question.current;
    setState(({ failure: _, ...before }) => ({ ...before, isLoading: true }));
    ask().then(
      (value) => mine === question.current && setState({ value, isLoading: false }),
      (failure: Failure) =>
        mine === question.current && setState((before) => ({ ...before, failure, isLoading: false })),
    );
  }, keys);
  useEffect(load, [load]);
  const set = useCallback((value: T) => {
    question.current++;
    setState({ value, isLoading: false });
  }, []);
  return { ...state, reload: load, set };
}
