/** A radiograph that the server shows, fetched in its reader's name when it comes into view. */
import { useRef, useState } from "preact/hooks";
import { fetchWithCredential } from "../identity/index.ts";
import { useSeen } from "../shell/seen.ts";

export function Thumbnail({ dataset, sha256 }: { dataset: string; sha256: string }) {
  const place = useRef<HTMLDivElement>(null);
  const [source, setSource] = useState<string>();
  useSeen(place, async () => {
    const answer = await fetchWithCredential(`/datasets/${encodeURIComponent(dataset)}/images/${sha256}`);
    if (answer.ok) setSource(URL.createObjectURL(await answer.blob()));
  });
  return (
    <div class="thumbnail" ref={place}>
      {source && (
        <img
          src={source}
          alt={`Radiograph ${sha256.slice(0, 12)}`}
          onLoad={() => URL.revokeObjectURL(source)}
        />
      )}
    </div>
  );
}
