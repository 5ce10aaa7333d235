/** Changes to a JPEG file that leave the lengths of its segments right. */
import type { Numbers } from "../model/networks.ts";
import { mutateBytes, randomBytes } from "./bytes.ts";
import { isFrame, MARKERS, type Segment, writeSegments } from "./jpeg.ts";
import { exifSegment } from "./pictures.ts";

export function changeJpeg(segments: Segment[], numbers: Numbers, donor: Segment[]): Uint8Array {
  const changed = [...segments];
  for (let change = numbers.whole(0, 2); change >= 0; change--) {
    const at = numbers.whole(0, changed.length - 1);
    const segment = changed[at];
    if (segment === undefined) break;
    const other = numbers.pick(donor);
    const kind = numbers.whole(0, 11);
    if (kind <= 2) changed[at] = { ...segment, data: mutateBytes(segment.data, numbers, other.data, 2) };
    else if (kind <= 5) changeCoded(changed, numbers, other);
    else if (kind === 6) changeFrame(changed, numbers);
    else if (kind === 7) changed.splice(at, 1);
    else if (kind === 8) changed.splice(at, 0, other);
    else if (kind === 9) changed.splice(1, 0, exifSegment(numbers));
    else if (kind === 10) {
      const exif = exifSegment(numbers);
      changed.splice(1, 0, { ...exif, data: mutateBytes(exif.data, numbers, other.data) });
    } else changed.splice(numbers.whole(1, 3), 0, inventSegment(numbers));
  }
  return writeSegments(changed);
}

function changeCoded(segments: Segment[], numbers: Numbers, donor: Segment): void {
  const scans = [...segments.keys()].filter((at) => segments[at]!.marker === MARKERS.SOS);
  if (scans.length === 0) return;
  const at = numbers.pick(scans);
  segments[at] = { ...segments[at]!, coded: mutateBytes(segments[at]!.coded, numbers, donor.coded) };
}

/** Other sides, precision or components, at places where they are. */
function changeFrame(segments: Segment[], numbers: Numbers): void {
  const at = segments.findIndex(isFrame);
  if (at < 0) return;
  const data = Uint8Array.from(segments[at]!.data);
  data[numbers.whole(0, data.length - 1)] = numbers.pick([0, 1, 2, 3, 4, 8, 12, 16, 0x11, 0x22, 0x44, 255]);
  segments[at] = {
    ...segments[at]!,
    data,
    marker: numbers.pick([segments[at]!.marker, 0xc0, 0xc1, 0xc2, 0xc3, 0xc9]),
  };
}

function inventSegment(numbers: Numbers): Segment {
  const marker = numbers.pick([0xc4, 0xcc, 0xdb, 0xdc, 0xdd, 0xde, 0xe0, 0xe1, 0xe2, 0xed, 0xee, 0xfe]);
  const data =
    marker === MARKERS.DRI
      ? Uint8Array.of(0, numbers.whole(0, 9))
      : randomBytes(numbers, numbers.pick([0, 1, 12, 64, 65, 300]));
  return { marker, data, coded: new Uint8Array(0) };
}
