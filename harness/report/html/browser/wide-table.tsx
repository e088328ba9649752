import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Columns that one press of the button brings into view, as a share of the visible width. */
const STEP = 0.7;

interface WideTableProps {
  /** Names the table for readers who cannot see it. */
  readonly about: string;
  /** The table first. */
  readonly children: ComponentChildren;
}

/** A table that scrolls by itself, and shows if it continues to the right. */
export function WideTable({ about, children }: WideTableProps) {
  const place = useRef<HTMLElement>(null);
  const [hasMore, setMore] = useState(false);
  useEffect(() => {
    const element = place.current!;
    // Widths are whole pixels, the position need not be.
    const look = () => setMore(element.scrollWidth - element.clientWidth - element.scrollLeft >= 1);
    const observer = new ResizeObserver(look);
    observer.observe(element);
    observer.observe(element.firstElementChild!);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  return (
    <div class="wide">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard */}
      <section class="scroll" tabIndex={0} aria-label={about} ref={place}>
        {children}
      </section>
      {hasMore && (
        <div class="onward">
          <button
            type="button"
            title="More columns"
            onClick={() => place.current?.scrollBy({ left: STEP * place.current.clientWidth })}
          >
            <span aria-hidden="true">→</span>
            <span class="unseen">More columns</span>
          </button>
        </div>
      )}
    </div>
  );
}
