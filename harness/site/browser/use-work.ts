import { useEffect, useRef, useState } from "preact/hooks";
import type { SubmissionTexts } from "../site-data.ts";
import { store } from "./browser-store.ts";
import { hasSameFiles } from "./versions.ts";

/** Pauses of typing after which the texts are kept and compiled. */
const PAUSE_MS = 400;

/** The texts of the editors. */
export interface Work {
  readonly texts: SubmissionTexts;
  /** Changes when the editors must show other texts than those typed into them. */
  readonly revision: number;
  change(change: Partial<SubmissionTexts>): void;
  /** Texts from elsewhere: the starter, an earlier version. */
  replace(texts: SubmissionTexts): void;
}

/**
 * The work at a place in the browser's storage, kept after each pause and when the page is left.
 *
 * @param onPause called with the texts at first and after each pause
 */
export function useWork(place: string, starter: SubmissionTexts, onPause: (texts: SubmissionTexts) => void): Work {
  const [texts, setTexts] = useState<SubmissionTexts>(() => store.work(place) ?? starter);
  const [revision, setRevision] = useState(0);
  const latest = useRef({ texts, onPause });
  latest.current = { texts, onPause };
  useEffect(() => {
    const keep = () => keepTexts(place, starter, latest.current.texts);
    addEventListener("pagehide", keep);
    return () => {
      removeEventListener("pagehide", keep);
      keep();
    };
  }, [place, starter]);
  useEffect(() => {
    const timer = setTimeout(() => {
      keepTexts(place, starter, texts);
      latest.current.onPause(texts);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [place, starter, texts]);
  return {
    texts,
    revision,
    change: (change) => setTexts((before) => ({ ...before, ...change })),
    replace(replacement) {
      setTexts(replacement);
      setRevision((number) => number + 1);
    },
  };
}

/** The starter needs no storage. */
function keepTexts(place: string, starter: SubmissionTexts, texts: SubmissionTexts): void {
  if (hasSameFiles(texts, store.work(place) ?? starter)) return;
  store.keepWork(place, hasSameFiles(texts, starter) ? undefined : texts);
}
