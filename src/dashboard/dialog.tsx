import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A view above the page. The browser keeps the focus inside, closes it on Escape, and gives the focus back. */
export function Dialog({
  label,
  onClose,
  children,
}: {
  label: string;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus?.();
  }, []);
  return (
    <dialog ref={dialog} aria-label={label} onClose={onClose}>
      <p class="close">
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </p>
      {children}
    </dialog>
  );
}
