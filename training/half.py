"""Weights in half precision: half the file; they are widened again when the model is loaded."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def halved(file: Path) -> None:
    model = onnx.load(str(file))
    graph = model.graph
    casts = []
    for weights in list(graph.initializer):
        if weights.data_type != TensorProto.FLOAT or np.prod(weights.dims) < 64:
            continue
        half = numpy_helper.to_array(weights).astype(np.float16)
        graph.initializer.remove(weights)
        graph.initializer.append(numpy_helper.from_array(half, f"{weights.name}_half"))
        casts.append(
            helper.make_node("Cast", [f"{weights.name}_half"], [weights.name], to=TensorProto.FLOAT)
        )
    for at, cast in enumerate(casts):
        graph.node.insert(at, cast)
    onnx.checker.check_model(model)
    onnx.save(model, str(file))
