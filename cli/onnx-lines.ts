/** The lines of Python that give a server's probability from an exported file, with numpy, Pillow and onnxruntime alone. */

export const PYTHON_LINES = `import json, sys
import numpy as np, onnxruntime
from PIL import Image, ImageOps

def trim(grey, near, stray_per_mille, most_share, rounds):  # what is left without black and white borders
    low, high = grey.min(), grey.max()
    within = (high - low) * near[0] / near[1] + 2**-14  # what rounding moves a level
    if low == high: return slice(None), slice(None)
    shades = [grey > low + within, grey < high - within]  # what is not black, what is not white
    def ends(shades, first, last):  # of rows: those at the edges that are nearly all of one shade go
        strays = stray_per_mille * shades[0].shape[1] // 1000
        border = [any(row) for row in zip(*(shade.sum(1) <= strays for shade in shades))]
        most = int(len(border) * most_share)
        while first < most and border[first]: first += 1
        while last > len(border) - most and border[last - 1]: last -= 1
        return first, last
    top, bottom, left, right = 0, grey.shape[0], 0, grey.shape[1]
    for _ in range(rounds):
        top, bottom = ends([shade[:, left:right] for shade in shades], top, bottom)
        left, right = ends([shade[top:bottom].T for shade in shades], left, right)
    return slice(top, bottom), slice(left, right)

def cover(side, target):  # how much of each pixel lies in each pixel of the target: [target, side]
    t, i = np.arange(target)[:, None] * side, np.arange(side) * target
    return np.clip(np.minimum(t + side, i + target) - np.maximum(t, i), 0, None) / side

def standardise(planes, kind, least_deviation=1, mean=0, scale=1, order="rgb"):
    if kind == "per-image": return (planes - planes.mean()) / max(planes.std(), least_deviation)
    planes = planes[::-1] if order == "bgr" else planes
    return (planes - np.reshape(mean, (-1, 1, 1))) * np.reshape(scale, (-1, 1, 1))

session = onnxruntime.InferenceSession(sys.argv[1])  # pip install numpy pillow onnxruntime
about = session.get_modelmeta().custom_metadata_map
rule, labels, threshold = json.loads(about["input"]), json.loads(about["labels"]), float(about["threshold"])
low, high = json.loads(about.get("review_band", "[1, 0]"))  # between them a person should look
for path in sys.argv[2:]:
    picture = ImageOps.exif_transpose(Image.open(path))
    assert picture.mode in ("L", "RGB"), "a radiograph of 8 bits a level is expected"
    assert min(picture.size) >= rule.get("least_side", 0), "the radiograph is too small: take the original"
    colours = r, g, b = np.moveaxis(np.asarray(picture.convert("RGB"), float), 2, 0)
    grey = g + 0.299 * (r - g) + 0.114 * (b - g)
    kept = trim(grey, **rule["trim"]) if rule["trim"] else (slice(None), slice(None))
    grey, colours = grey[kept], colours[(slice(None), *kept)]
    if session.get_inputs()[0].name == "picture":  # exported --with-preprocessing
        grey = grey.round().astype(np.uint8) if "uint8" in session.get_inputs()[0].type else grey.astype(np.float32)
        probability = float(session.run(["probability"], {"picture": grey[None]})[0][0])
    else:
        rows, columns = cover(grey.shape[0], rule["average"]["height"]), cover(grey.shape[1], rule["average"]["width"])
        planes = rows @ (colours if rule["channels"] == 3 else grey[None]) @ columns.T
        tensor = standardise(planes, **rule["normalise"])
        logits = session.run(["logits"], {"input": tensor[None].astype(np.float32)})[0][0].astype(float)
        logit = logits[-1] - (logits[0] if len(logits) == 2 else 0)
        probability = float(1 / (1 + np.exp(-logit / float(about["temperature"]))))
    verdict = "NEEDS_REVIEW" if low < probability < high else labels[probability >= threshold]
    print(json.dumps({"file": path, "probability": probability, "verdict": verdict}))`;
