const JUNK = /^(?:__MACOSX|node_modules|lost\+found|Thumbs\.db|desktop\.ini|\..*|~\$.*)$/i;

/** Whether systems and tools leave things of this name next to people's work: it is dropped without a word. */
export function isJunk(name: string): boolean {
  return JUNK.test(name);
}
