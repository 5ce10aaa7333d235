"""One contestant of `npm run bench:training`: Keras' own training step, in a process of its own.

Reads orders as lines of JSON: {"load": NETWORK} builds it, {"run": n} takes n steps. Answers with one line each.
Optimiser, loss and average are what Radlite's recipes have: AdamW, smoothed labels, an average of the weights.
"""

import json
import resource
import sys
import time

import numpy as np
import keras
import tensorflow as tf

layers = keras.layers


def normalised(x, filters, kernel, stride):
    x = layers.Conv2D(filters, kernel, stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization(epsilon=1e-5)(x)


def build_residual(image, network):
    stem, body = network["stem"], network["body"]
    x = layers.ReLU()(normalised(image, stem["width"], 3, stem["stride"]))
    for group in body:
        for block in range(group["blocks"]):
            stride = group["stride"] if block == 0 else 1
            inner = layers.ReLU()(normalised(x, group["width"], 3, stride))
            outer = normalised(inner, group["width"], 3, 1)
            same = stride == 1 and x.shape[-1] == group["width"]
            shortcut = x if same else normalised(x, group["width"], 1, stride)
            x = layers.ReLU()(layers.Add()([outer, shortcut]))
    return x


def build_vgg(image, network):
    x = image
    for filters, count in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(count):
            x = layers.Conv2D(round(filters * network["width"]), 3, padding="same", activation="relu")(x)
        x = layers.MaxPool2D()(x)
    return x


def build_mobilenet(image, network):
    base = keras.applications.MobileNet(
        input_tensor=image, alpha=network["width"], include_top=False, weights=None
    )
    return base.output


BUILDERS = {"residual": build_residual, "vgg16": build_vgg, "mobilenet": build_mobilenet}


def load(network):
    keras.utils.set_random_seed(1)
    image = keras.Input((network["side"], network["side"], 1))
    features = BUILDERS[network["family"]](image, network)
    logit = layers.Dense(1)(layers.GlobalAveragePooling2D()(features))
    model = keras.Model(image, logit)
    model.compile(
        optimizer=keras.optimizers.AdamW(1e-4, weight_decay=0.1, use_ema=True, ema_momentum=0.998),
        loss=keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
    )
    random = np.random.default_rng(1)
    batch = network["batch"]
    inputs = random.uniform(-1, 1, (batch, network["side"], network["side"], 1)).astype("float32")
    labels = (np.arange(batch) % 2).astype("float32")
    weights = np.ones(batch, "float32")

    def step():
        return model.train_on_batch(inputs, labels, sample_weight=weights)

    return step, model.count_params()


def measure(step, times):
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.perf_counter()
    for _ in range(times):
        step()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpuMs": 1000 * cpu / times, "wallMs": 1000 * (time.perf_counter() - started) / times}


def answer(value):
    print(json.dumps(value), flush=True)


answer({"version": f"Keras {keras.__version__}, TensorFlow {tf.__version__}"})
step = None
for line in sys.stdin:
    order = json.loads(line)
    if "load" in order:
        step, parameters = load(order["load"])
        answer({"parameters": parameters})
    else:
        answer(measure(step, order["run"]))
