/** `the tuned kernel`, `the example submissions/fast`, `docs/tutorial/step-5` */
export function builtInSourceText(source: string): string {
  if (source === "plain" || source === "tuned") return `the ${source} kernel`;
  return source.startsWith("submissions/") ? `the example ${source}` : source;
}
