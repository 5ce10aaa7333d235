/** What is fetched when its place comes into view, and not before. */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

export function useSeen(place: RefObject<Element | null>, onSeen: () => void): void {
  useEffect(() => {
    // Several at once where the page was busy: out of view when it began, in view since.
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      seen.disconnect();
      onSeen();
    });
    seen.observe(place.current!);
    return () => seen.disconnect();
  }, []);
}
