/** What is fetched when its place comes into view, and not before. */
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

export function useSeen(place: RefObject<Element | null>, onSeen: () => void): void {
  useEffect(() => {
    const seen = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      seen.disconnect();
      onSeen();
    });
    seen.observe(place.current!);
    return () => seen.disconnect();
  }, []);
}
