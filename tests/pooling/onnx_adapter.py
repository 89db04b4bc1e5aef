"""ONNX's pooling operators told in poolviz: attributes in, NumPy arrays out."""

from math import prod

import numpy as np

import poolviz as pv


def run(op_type, attributes, inputs, outputs=1):
    """The first ``outputs`` results of one node on NumPy arrays."""
    return OPERATORS[op_type](attributes, *inputs)[:outputs]


def geometry(attributes):
    """kernel_shape, strides, pads or auto_pad, dilations, ceil_mode -> ``Sliding``."""
    kernel = tuple(attributes["kernel_shape"])
    ones = [1] * len(kernel)
    pads = attributes.get("pads", [0, 0] * len(kernel))
    padding = tuple(zip(pads[: len(kernel)], pads[len(kernel) :], strict=True))
    auto_pad = attributes.get("auto_pad", b"NOTSET").decode()
    return pv.Sliding(
        kernel,
        tuple(attributes.get("strides", ones)),
        padding if auto_pad == "NOTSET" else auto_pad.lower(),
        tuple(attributes.get("dilations", ones)),
        bool(attributes.get("ceil_mode", 0)),
    )


def average_pool(attributes, x):
    counted = bool(attributes.get("count_include_pad", 0))
    return [pv.pool(x, pv.Average(count_include_pad=counted), geometry(attributes)).output]


def lp_pool(attributes, x):
    return [pv.pool(x, pv.Lp(p=float(attributes.get("p", 2))), geometry(attributes)).output]


def global_average_pool(attributes, x):
    return [pv.pool(x, pv.Average(), pv.Global(x.ndim - 2)).output]


def global_max_pool(attributes, x):
    return [pv.pool(x, pv.Max(), pv.Global(x.ndim - 2)).output]


def max_pool(attributes, x):
    """Values, and Indices over the whole tensor; storage_order 1 counts a plane column-major."""
    pooled = pv.pool(x, pv.Max(), geometry(attributes))
    plane, position = x.shape[2:], pooled.locations
    if attributes.get("storage_order", 0):
        cell = np.unravel_index(position, plane)
        position = np.ravel_multi_index(cell, plane, order="F")
    number = np.arange(prod(x.shape[:2])).reshape(*x.shape[:2], *[1] * len(plane))
    return [pooled.output, position + number * prod(plane)]


def max_unpool(attributes, x, indices, output_shape=None):
    """Indices count over the inferred tensor; zeros are appended up to ``output_shape``."""
    kernel = attributes["kernel_shape"]
    strides = attributes.get("strides", [1] * len(kernel))
    pads = attributes.get("pads", [0, 0] * len(kernel))
    size = tuple(
        (n - 1) * s - pads[i] - pads[len(kernel) + i] + k
        for i, (n, s, k) in enumerate(zip(x.shape[2:], strides, kernel, strict=True))
    )
    out = pv.unpool(x, indices % prod(size), size)
    if output_shape is not None:
        room = [(0, int(m) - n) for m, n in zip(output_shape, out.shape, strict=True)]
        out = np.pad(out, room)
    return [out]


def roi_align(attributes, x, rois, batch_indices):
    """Each box reads the plane of its own batch entry: ``(R, C, height, width)``."""
    mode = attributes.get("coordinate_transformation_mode", b"half_pixel")
    align = pv.RoIAlign(
        rois=tuple(tuple(float(v) for v in box) for box in rois),
        output_size=(attributes.get("output_height", 1), attributes.get("output_width", 1)),
        spatial_scale=attributes.get("spatial_scale", 1.0),
        sampling_ratio=attributes.get("sampling_ratio", 0),
        mode=attributes.get("mode", b"avg").decode(),
        aligned=mode == b"half_pixel",
    )
    every = align(x).output  # every plane over every box
    return [np.stack([every[n, :, r] for r, n in enumerate(batch_indices)])]


OPERATORS = {
    "AveragePool": average_pool,
    "GlobalAveragePool": global_average_pool,
    "GlobalMaxPool": global_max_pool,
    "LpPool": lp_pool,
    "MaxPool": max_pool,
    "MaxUnpool": max_unpool,
    "RoiAlign": roi_align,
}
