/** Bytes of layers as tables: of one version with all that is known of each, of several side by side. */
import { Scroll } from "../shell/scroll.tsx";
import { nameOf, REST, type Weighed } from "./layers-chart.ts";

const COLUMNS = ["Bytes", "Of the file", "Weights", "Not zero", "Bits a weight", "Entropy, bits"];
const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)}%`;
const count = (n: number) => n.toLocaleString("en");

export function LayerTable({ of: { layers, sizeBytes, restBytes } }: { of: Weighed }) {
  return (
    <Scroll label="Table of layers">
      <table>
        <caption>
          Layers with weights, as they lie in the file; entropy is what no code of single weights goes below.
        </caption>
        <thead>
          <tr>
            <th scope="col" class="number">
              No.
            </th>
            <th scope="col">Layer</th>
            {COLUMNS.map((name) => (
              <th key={name} scope="col" class="number">
                {name}
              </th>
            ))}
            <th scope="col">Coding</th>
          </tr>
        </thead>
        <tbody>
          {layers.map((layer, at) => (
            <tr key={at}>
              <td class="number">{at + 1}</td>
              <th scope="row">{nameOf(layer)}</th>
              <td class="number">{count(layer.bytes)}</td>
              <td class="number">{percent(layer.bytes, sizeBytes)}</td>
              <td class="number">{count(layer.weights)}</td>
              <td class="number">{percent(layer.nonZeros, layer.weights)}</td>
              <td class="number">{layer.bitsPerWeight.toFixed(2)}</td>
              <td class="number">{layer.entropyBits.toFixed(2)}</td>
              <td>{layer.coding}</td>
            </tr>
          ))}
          <tr>
            <td />
            <th scope="row">{REST}: head, seal, checksum</th>
            <td class="number">{count(restBytes)}</td>
            <td class="number">{percent(restBytes, sizeBytes)}</td>
            <td colSpan={5} />
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <td />
            <th scope="row">the file</th>
            <td class="number">{count(sizeBytes)}</td>
            <td class="number">100.0%</td>
            <td colSpan={5} />
          </tr>
        </tfoot>
      </table>
    </Scroll>
  );
}

/** Layers stand beside each other by their number: of networks of one architecture they are the same ones. */
export function ComparedTable({ of: versions }: { of: readonly Weighed[] }) {
  const most = Math.max(...versions.map(({ layers }) => layers.length));
  return (
    <Scroll label="Table of layers">
      <table>
        <caption>Bytes of layers with weights</caption>
        <thead>
          <tr>
            <th scope="col" class="number">
              No.
            </th>
            {versions.map(({ id }) => (
              <th key={id} scope="col" class="number">
                {id}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: most }, (_, at) => (
            <tr key={at}>
              <th scope="row" class="number">
                {at + 1}
              </th>
              {versions.map(({ id, layers: { [at]: layer } }) => (
                <td key={id} class="number">
                  {layer ? (
                    <>
                      {count(layer.bytes)} <small>{nameOf(layer)}</small>
                    </>
                  ) : (
                    "–"
                  )}
                </td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{REST}</th>
            {versions.map(({ id, restBytes }) => (
              <td key={id} class="number">
                {count(restBytes)}
              </td>
            ))}
          </tr>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">the file</th>
            {versions.map(({ id, sizeBytes }) => (
              <td key={id} class="number">
                {count(sizeBytes)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </Scroll>
  );
}
