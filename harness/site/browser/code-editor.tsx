import { useEffect, useRef } from "preact/hooks";
import type { Language } from "./code-mirror.ts";

interface CodeEditorProps {
  /** The file's name, which is also the editor's label. */
  readonly name: string;
  readonly language: Language;
  /** The text at first; the editor keeps its own afterwards. */
  readonly text: string;
  onChange(text: string): void;
  onSubmit(): void;
}

/** One file in an editor, which is loaded when it is first needed. */
export function CodeEditor(props: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const current = useRef(props);
  current.current = props;
  useEffect(() => {
    let close: (() => void) | undefined;
    let isWanted = true;
    import("./code-mirror.ts").then(({ openEditor }) => {
      if (!isWanted) return;
      const { name, language, text } = current.current;
      const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: "open" });
      const onChange = (changed: string) => current.current.onChange(changed);
      close = openEditor({ root, text, language, label: name, onChange, onSubmit: () => current.current.onSubmit() });
    });
    return () => {
      isWanted = false;
      close?.();
    };
  }, []);
  return (
    <figure class="editor">
      <figcaption>{props.name}</figcaption>
      <div ref={host} class="host" />
    </figure>
  );
}
