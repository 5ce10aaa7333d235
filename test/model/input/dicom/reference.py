"""What pydicom reads: python reference.py OUT FILE... or, without files, all that its own wheel ships for tests.

OUT/index.json holds, for each file by its path: `stored`, the name of
a file of int32 with the stored values of a lone grey picture of 8 or 16 bits; `shown`, of float64 from 0 to 1 behind
modality and VOI transformation; `modality`, what the header says; or `error`.
"""

import json
import os
import sys
import warnings
from pathlib import Path

import numpy as np
import pydicom
from pydicom.pixels import apply_modality_lut, apply_voi_lut

warnings.simplefilter("ignore")


def shown_range(dataset):
    """From which value to which pydicom spreads a window."""
    if "ModalityLUTSequence" in dataset:
        return 0, 2 ** dataset.ModalityLUTSequence[0].LUTDescriptor[2] - 1
    bits = dataset.BitsStored
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dataset.PixelRepresentation else (0, 2**bits - 1)
    slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
    return low * slope + intercept, high * slope + intercept


def show(dataset, stored):
    values = apply_modality_lut(stored, dataset)
    if "VOILUTSequence" in dataset:
        low, high = 0, 2 ** dataset.VOILUTSequence[0].LUTDescriptor[2] - 1
    else:
        low, high = shown_range(dataset)
    shown = (apply_voi_lut(values, dataset, index=0) - float(low)) / (high - low)
    return 1 - shown if dataset.PhotometricInterpretation == "MONOCHROME1" else shown


def read(path, out, name):
    try:
        dataset = pydicom.dcmread(path, force=True)
        entry = {"modality": dataset.get("Modality")}
        stored = dataset.pixel_array
    except Exception as problem:
        return {"error": repr(problem)}
    if stored.ndim != 2 or stored.dtype.itemsize > 2 or dataset.BitsAllocated not in (8, 16):
        return entry
    entry |= {"stored": f"{name}.stored", "rows": stored.shape[0], "columns": stored.shape[1]}
    stored.astype("<i4").tofile(out / entry["stored"])
    try:
        shown = show(dataset, stored)
        entry["shown"] = f"{name}.shown"
        shown.astype("<f8").tofile(out / entry["shown"])
    except Exception as problem:
        entry["notShown"] = repr(problem)
    return entry


def main(out, *files):
    out = Path(out)
    root = Path(pydicom.__file__).parent / "data" / "test_files"
    paths = [Path(file) for file in files] or sorted(path for path in root.rglob("*") if path.is_file())
    entries = {str(path): read(path, out, str(i)) for i, path in enumerate(paths)}
    (out / "index.json").write_text(json.dumps(entries))


main(*sys.argv[1:])
