import { useEffect, useRef, useState } from "preact/hooks";
import { printable } from "../../text/printable.ts";
import type { SourceDiagnostic } from "../worker/check-protocol.ts";
import type { Language, OpenEditor } from "./code-mirror.ts";

interface CodeEditorProps {
  /** The file's name, which is also the editor's label. */
  readonly name: string;
  readonly language: Language;
  /** The text at first; the editor keeps its own afterwards. */
  readonly text: string;
  readonly isHidden: boolean;
  readonly diagnostics: readonly SourceDiagnostic[];
  onChange(text: string): void;
  onSubmit(): void;
}

/** One file in an editor, which is loaded when it is first needed. */
export function CodeEditor(props: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const current = useRef(props);
  current.current = props;
  const [editor, setEditor] = useState<OpenEditor>();
  const { name, isHidden, diagnostics } = props;
  useEffect(() => {
    let opened: OpenEditor | undefined;
    let isWanted = true;
    import("./code-mirror.ts").then(({ openEditor }) => {
      // The page may have gone to another one meanwhile.
      const own = host.current;
      if (!isWanted || own === null) return;
      const { name, language, text } = current.current;
      const root = own.shadowRoot ?? own.attachShadow({ mode: "open" });
      const onChange = (changed: string) => current.current.onChange(changed);
      opened = openEditor({ root, text, language, label: name, onChange, onSubmit: () => current.current.onSubmit() });
      setEditor(opened);
    });
    return () => {
      isWanted = false;
      opened?.close();
    };
  }, []);
  useEffect(() => editor?.show(diagnostics), [editor, diagnostics]);
  return (
    <figure class="editor" hidden={isHidden}>
      <figcaption>{name}</figcaption>
      <div ref={host} class="host" />
      {diagnostics.length > 0 && (
        <ul class="diagnostics" aria-label={`Problems in ${name}`}>
          {diagnostics.map(({ line, column, severity, message }, place) => (
            <li key={place}>
              <button type="button" onClick={() => editor?.goTo(line, column)}>
                Line {line}
              </button>{" "}
              <span class={severity === "error" ? "bad" : "soft"}>{severity}:</span>{" "}
              <span class="foreign">{printable(message)}</span>
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}
