/** The sealed file of a version, fetched in its reader's name and saved under its own. */
import { useState } from "preact/hooks";
import { fetchWithCredential, readRefusal } from "../identity/index.ts";

export function Download({ sha256, name }: { sha256: string; name: string }) {
  const [said, setSaid] = useState("");
  const save = async () => {
    const answer = await fetchWithCredential(`/artifacts/${sha256}`);
    if (!answer.ok) return setSaid(await readRefusal(answer));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
    setSaid(`${name} is saved.`);
  };
  return (
    <p class="row">
      <button
        type="button"
        class="plain"
        onClick={() => void save().catch((error) => setSaid(error.message))}
      >
        Download {name}
      </button>
      <span role="status" class="small">
        {said}
      </span>
    </p>
  );
}
