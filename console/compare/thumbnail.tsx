/** A radiograph of a data set that this server may show, fetched when it comes into view; why not, where it may not. */
import { useEffect, useRef, useState } from "preact/hooks";
import { fetchWithCredential, readRefusal } from "../identity/index.ts";

export function Thumbnail({ dataset, sha256 }: { dataset: string; sha256: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [source, setSource] = useState<string>();
  const [refused, setRefused] = useState<string>();
  useEffect(() => {
    let address: string | undefined;
    const seen = new IntersectionObserver(async ([entry]) => {
      if (!entry?.isIntersecting) return;
      seen.disconnect();
      const answer = await fetchWithCredential(`/datasets/${encodeURIComponent(dataset)}/images/${sha256}`);
      if (!answer.ok) return setRefused(await readRefusal(answer));
      address = URL.createObjectURL(await answer.blob());
      setSource(address);
    });
    seen.observe(place.current!);
    return () => {
      seen.disconnect();
      if (address) URL.revokeObjectURL(address);
    };
  }, [dataset, sha256]);
  return (
    <div class="thumbnail" ref={place}>
      {source && <img src={source} alt={`Radiograph ${sha256.slice(0, 12)}`} />}
      {refused && <p class="small">{refused}</p>}
    </div>
  );
}
