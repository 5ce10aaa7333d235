/** What may be wider than the page: scrolled by itself, by keys too. */
import type { ComponentChildren } from "preact";

export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys too
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
