import { useEffect } from "preact/hooks";

/** Close a menu on Escape or a press outside it. */
export function useDismiss(root, open, close) {
  useEffect(() => {
    if (!open) return undefined;
    const onPress = (event) => root.current?.contains(event.target) || close();
    const onKey = (event) => event.key === "Escape" && close();
    document.addEventListener("pointerdown", onPress);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", onPress);
      document.removeEventListener("keydown", onKey);
    };
  }, [open]);
}
