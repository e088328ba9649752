import { useEffect, useState } from "preact/hooks";

/** More rows than fit on a screen; the others follow after the first paint. */
const FIRST_ROWS = 60;

/** The first rows of a long table, and soon all of them. */
export function useGrowing<T>(rows: readonly T[]): readonly T[] {
  const [whole, setWhole] = useState<readonly T[]>();
  useEffect(() => {
    if (rows.length <= FIRST_ROWS) return;
    const frame = requestAnimationFrame(() => setTimeout(() => setWhole(rows)));
    return () => cancelAnimationFrame(frame);
  }, [rows]);
  return rows.length <= FIRST_ROWS || whole === rows ? rows : rows.slice(0, FIRST_ROWS);
}
