/**
 * Where a version's bytes are, layer by layer: read here out of its sealed file, which is held to its digest, by the code
 * that opens it everywhere. Of several versions side by side.
 */
import type { LayerReport } from "@radlite/model/format";
import { useCallback, useRef, useState } from "preact/hooks";
import { Chart } from "../charts/chart.tsx";
import type { Palette } from "../charts/palette.ts";
import { toRefusal } from "../shell/answer.ts";
import { Refusal } from "../shell/refusal.tsx";
import { readArtifact } from "../shell/registry.ts";
import { useSeen } from "../shell/seen.ts";
import "./evidence.css";
import { ComparedTable, LayerTable } from "./layer-tables.tsx";
import { describeLayers, type Weighed } from "./layers-chart.ts";

interface LayersProps {
  versions: readonly { id: string; sha256: string; sizeBytes: number }[];
}

const HEIGHT = 300; // px

export function Layers({ versions }: LayersProps) {
  const place = useRef<HTMLElement>(null);
  const [weighed, setWeighed] = useState<readonly Weighed[]>();
  const [error, setError] = useState<unknown>();
  const [isReading, setReading] = useState(false);
  const read = () => {
    setReading(true);
    setError(undefined);
    readAll(versions).then(setWeighed, setError);
  };
  useSeen(place, read);
  const option = useCallback((palette: Palette) => describeLayers(weighed ?? [], palette), [weighed]);
  return (
    <section class="card" aria-labelledby="layers" ref={place}>
      <h2 id="layers">Where its bytes are</h2>
      {error !== undefined && <Refusal error={toRefusal(error)} onAgain={read} />}
      {weighed === undefined && error === undefined && (
        <p role="status">
          {isReading ? "Asking for the file …" : "Its file is read when this comes into view."}
        </p>
      )}
      {weighed && (
        <>
          <Chart
            label={`Bytes of each layer of ${weighed.map(({ id }) => id).join(", ")}. The table below has them.`}
            option={option}
            height={HEIGHT}
          />
          {weighed.length === 1 ? <LayerTable of={weighed[0]!} /> : <ComparedTable of={weighed} />}
        </>
      )}
    </section>
  );
}

async function readAll(versions: LayersProps["versions"]): Promise<Weighed[]> {
  const [{ reportLayers }, ...files] = await Promise.all([
    import("./report-layers.ts"),
    ...versions.map(({ sha256 }) => readArtifact(sha256)),
  ]);
  return versions.map(({ id, sizeBytes }, at) => toWeighed(id, sizeBytes, reportLayers(files[at]!, id)));
}

/** Layers without weights take no bytes of their own: they are part of the rest, as the file's head and seal are. */
function toWeighed(id: string, sizeBytes: number, { layers }: LayerReport): Weighed {
  const weights = layers.filter(({ bytes }) => bytes > 0);
  const restBytes = sizeBytes - weights.reduce((sum, { bytes }) => sum + bytes, 0);
  return { id, sizeBytes, layers: weights, restBytes };
}
