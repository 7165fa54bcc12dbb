"""A network of ours as ONNX Runtime runs it: on one thread, so that doors keep their core."""

import os
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # it would write, and might tell, what it was used for

import onnxruntime  # type: ignore[import-untyped]  # no types; after the line above

Numbers = npt.NDArray[np.float32]


def numbers(of: npt.ArrayLike) -> Numbers:
    return np.asarray(of, np.float32)


MODELS = Path(__file__).resolve().parent.parent / "models"


class Network:
    def __init__(self, name: str) -> None:
        """``name``: of a file of ``agent/vision/models``, without its ending."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # pictures of many sizes would each keep their own
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(MODELS / f"{name}.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def run(self, pictures: Numbers) -> list[Numbers]:
        """``pictures``: N x 3 x height x width, blue, green, red, 0 to 255."""
        return [np.asarray(out) for out in self._session.run(None, {"pictures": pictures})]


@cache
def network(name: str) -> Network:
    """Loaded once: the weights are the same for every camera."""
    return Network(name)
