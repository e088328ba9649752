import { useEffect, useState } from "preact/hooks";

/** A JSON document of the site, or why there is none. */
export type Loaded<T> =
  | { readonly state: "loading" }
  | { readonly state: "loaded"; readonly value: T }
  | { readonly state: "failed"; readonly reason: string };

/** Loads a document of the site. */
export function useDocument<T>(path: string): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  useEffect(() => {
    const abort = new AbortController();
    setLoaded({ state: "loading" });
    fetch(path, { signal: abort.signal })
      .then(async (response) => {
        if (!response.ok) throw new Error(`${path}: the server answered ${response.status}.`);
        return (await response.json()) as T;
      })
      .then(
        (value) => setLoaded({ state: "loaded", value }),
        (error: Error) => !abort.signal.aborted && setLoaded({ state: "failed", reason: error.message }),
      );
    return () => abort.abort();
  }, [path]);
  return loaded;
}
