import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

interface PlotFigureProps {
  /** Draws for a width in CSS pixels. */
  readonly draw: (width: number) => Element;
  /** Redraws if one of these changes. */
  readonly inputs: readonly unknown[];
  /** Text for readers who cannot see the plot. */
  readonly description: string;
  readonly children?: ComponentChildren;
}

const LEAST_WIDTH = 280;

/** A plot over the full width, with its caption. It is drawn after the text, which can already be read. */
export function PlotFigure({ draw, inputs, description, children }: PlotFigureProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  // The caller names the dependencies of the drawing
  useEffect(() => {
    if (width === 0) return;
    const drawn = requestAnimationFrame(() => {
      const plot = draw(Math.max(width, LEAST_WIDTH));
      for (const style of plot.querySelectorAll("style")) adoptStyle(style);
      place.current?.replaceChildren(plot);
    });
    return () => cancelAnimationFrame(drawn);
  }, [width, ...inputs]);
  return (
    <figure class="plot">
      <div class="scroll" role="img" aria-label={description}>
        <div ref={place} aria-hidden="true" />
      </div>
      {children && <figcaption>{children}</figcaption>}
    </figure>
  );
}

/** Texts of style elements that are sheets of the document. */
const adopted = new Set<string>();

/** Turns a style element into a sheet of the document: policies may forbid style elements, but not scripts' sheets. */
function adoptStyle(element: HTMLStyleElement): void {
  element.remove();
  const text = element.textContent;
  if (adopted.has(text)) return;
  adopted.add(text);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return width;
}

/** The room for the labels of a vertical axis, in pixels. */
export function labelWidth(labels: readonly string[]): number {
  return 16 + CHARACTER_WIDTH * Math.max(0, ...labels.map(({ length }) => length));
}

/** Of a typical character of a label. */
const CHARACTER_WIDTH = 7.6;

/** The least distance between two labels of a horizontal axis. */
export const LABEL_GAP = 44;
/** The least distance between two labels of a vertical axis. */
export const LINE_GAP = 18;

/** Distinguish shapes. */
export const SYMBOLS = ["circle", "square", "triangle", "diamond", "star", "times"] as const;

/** Shared by all plots: the page's type and colours. */
export const plotStyle = {
  fontFamily: "inherit",
  fontSize: "12px",
  background: "none",
  color: "var(--ink-soft)",
  overflow: "visible",
} as const;
