"""What Keras 2.15 says of the published networks, for test/parity and for the committed fixture.

    .cache/venv-keras/bin/python test/parity/reference.py OUT [NETWORK ...]

Builds each network without its classifier, gives it weights that follow from the names of its layers, runs two
small images through it, and writes OUT/<network>.json (counts, a digest of names and shapes, samples of the values
of some layers), OUT/<network>.f32 (all values of those layers, one after the other), and its weights as Keras' own
files: OUT/<network>-notop.h5 and, of a model with a classifier, OUT/<network>-full.h5. Without networks: all.
"""

import hashlib
import json
import math
import sys
from pathlib import Path

import keras
import numpy as np
from keras import applications, layers

IMAGES = 2
TAPS = 6  # layers that are looked into, beside the last
SAMPLES = 24  # committed values of each
JOINING = (
    layers.Activation,
    layers.Add,
    layers.AveragePooling2D,
    layers.Concatenate,
    layers.MaxPooling2D,
    layers.ReLU,
)

# The height is the smallest that Keras allows, and odd where that is; the width pads differently.
NETWORKS = {
    "vgg16": (applications.VGG16, (37, 46)),
    "vgg19": (applications.VGG19, (37, 46)),
    "resnet50": (applications.ResNet50, (37, 46)),
    "inceptionv3": (applications.InceptionV3, (75, 86)),
    "inceptionresnetv2": (applications.InceptionResNetV2, (75, 86)),
    "densenet121": (applications.DenseNet121, (37, 46)),
    "nasnetlarge": (applications.NASNetLarge, (33, 46)),
    "nasnetmobile": (applications.NASNetMobile, (33, 46)),
    "mobilenet": (applications.MobileNet, (37, 46)),
    "mobilenetv2": (applications.MobileNetV2, (37, 46)),
    "squeezenet": (None, (51, 62)),
}

WIDTHS = {
    "mobilenet": [0.25, 0.35, 0.5, 0.75, 1.3, 1.4],
    "mobilenetv2": [0.25, 0.35, 0.5, 0.75, 1.3, 1.4],
}


def build_squeezenet(shape):
    """SqueezeNet 1.1, which Keras Applications lacks: Iandola et al. 2016, pooled early."""

    def fire(x, name, squeeze, expand):
        convolve = lambda y, part, filters, side: layers.Conv2D(
            filters, side, padding="same", activation="relu", name=f"{name}/{part}"
        )(y)
        x = convolve(x, "squeeze1x1", squeeze, 1)
        parts = [convolve(x, "expand1x1", expand, 1), convolve(x, "expand3x3", expand, 3)]
        return layers.Concatenate(name=f"{name}/concat")(parts)

    image = layers.Input(shape)
    x = layers.Conv2D(64, 3, strides=2, activation="relu", name="conv1")(image)
    x = layers.MaxPooling2D(3, 2, name="pool1")(x)
    modules = [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)]
    for number, (squeeze, expand) in enumerate(modules, 2):
        x = fire(x, f"fire{number}", squeeze, expand)
        if number in (3, 5):
            x = layers.MaxPooling2D(3, 2, name=f"pool{number}")(x)
    return keras.Model(image, x)


def build(network, width=None):
    keras.backend.clear_session()  # layers without a name are counted from the start
    make, (height, columns) = NETWORKS[network]
    shape = (height, columns, 3)
    if make is None:
        return build_squeezenet(shape)
    alpha = {} if width is None else {"alpha": width}
    return make(weights=None, include_top=False, input_shape=shape, **alpha)


def draw(name, shape, low, high):
    """Numbers of a name: murmur3's finaliser over a count from the first four bytes of the name's SHA-256 on."""
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "little")
    bits = np.arange(math.prod(shape), dtype=np.uint32) + np.uint32(seed)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        bits ^= bits >> np.uint32(shift)
        bits *= np.uint32(factor)
    bits ^= bits >> np.uint32(16)
    unit = (bits >> np.uint32(8)).astype(np.float64) / 2**24
    return (low + (high - low) * unit).astype(np.float32).reshape(shape)


def draw_weights(layer, tensor, shape):
    name = f"{layer}/{tensor}"
    if tensor in ("gamma", "moving_variance"):
        return draw(name, shape, 0.8, 1.2)
    if tensor in ("bias", "beta", "moving_mean"):
        return draw(name, shape, -0.2, 0.2)
    inputs = math.prod(shape[:2]) if tensor == "depthwise_kernel" else math.prod(shape[:-1])
    # He et al. 2015 where a ReLU comes before; between the two parts of a separable convolution there is none.
    limit = math.sqrt((3 if tensor == "pointwise_kernel" else 6) / inputs)
    return draw(name, shape, -limit, limit)


def list_tensors(model):
    """Of each layer with weights: its name and [(tensor, shape)], in Keras' order."""
    return [
        (layer, [(weight.name.split("/")[-1].split(":")[0], tuple(weight.shape)) for weight in layer.weights])
        for layer in model.layers
        if layer.weights
    ]


def describe(model):
    lines = [
        f"{layer.name} {tensor} {'x'.join(map(str, shape))}\n"
        for layer, tensors in list_tensors(model)
        for tensor, shape in tensors
    ]
    count = lambda weights: sum(math.prod(weight.shape) for weight in weights)
    return {
        "trainable": count(model.trainable_weights),
        "nonTrainable": count(model.non_trainable_weights),
        "layers": len(list_tensors(model)),
        "layersSha256": hashlib.sha256("".join(lines).encode()).hexdigest(),
    }


def choose_taps(model):
    joining = [layer for layer in model.layers[:-1] if isinstance(layer, JOINING)]
    steps = sorted(set(np.linspace(0, len(joining), TAPS, endpoint=False).astype(int)))
    return [joining[step] for step in steps] + [model.layers[-1]]


def run(network, model):
    for layer, tensors in list_tensors(model):
        layer.set_weights([draw_weights(layer.name, tensor, shape) for tensor, shape in tensors])
    _, (height, width) = NETWORKS[network]
    images = np.stack([draw(f"image/{at}", (height, width, 3), -1, 1) for at in range(IMAGES)])
    taps = choose_taps(model)
    outputs = keras.Model(model.input, [layer.output for layer in taps])(images, training=False)
    return [(layer.name, values.numpy()) for layer, values in zip(taps, outputs)]


def save(path, model):
    model.save_weights(f"{path}-notop.h5")
    average = layers.GlobalAveragePooling2D(name="avg_pool")(model.output)
    full = keras.Model(model.input, layers.Dense(5, activation="softmax", name="predictions")(average))
    full.save(f"{path}-full.h5")


def summarise(name, values):
    flat = values.reshape(-1)
    at = np.linspace(0, flat.size - 1, SAMPLES).astype(int)
    rms = math.sqrt(np.mean(np.square(flat, dtype=np.float64)))
    return {
        "layer": name,
        "shape": list(values.shape),
        "rms": float(f"{rms:.7g}"),
        "samples": [float(f"{value:.7g}") for value in flat[at]],
    }


def main(folder, networks):
    folder.mkdir(parents=True, exist_ok=True)
    for network in networks or NETWORKS:
        model = build(network)
        report = {"network": network, "image": NETWORKS[network][1], **describe(model)}
        outputs = run(network, model)
        save(folder / network, model)
        report["outputs"] = [summarise(*output) for output in outputs]
        report["widths"] = [
            {"width": width, **describe(build(network, width))} for width in WIDTHS.get(network, [])
        ]
        (folder / f"{network}.json").write_text(json.dumps(report) + "\n")
        with open(folder / f"{network}.f32", "wb") as file:
            for _, values in outputs:
                file.write(values.astype("<f4").tobytes())
        print(network, *(f"{output['layer']} {output['rms']:.3g}" for output in report["outputs"]), flush=True)


main(Path(sys.argv[1]), sys.argv[2:])
