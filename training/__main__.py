"""``python -m training reader|finder|check``: README.md says what each needs and gives."""

import argparse
import json
import sys
from pathlib import Path

from training import photos


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training")
    parser.add_argument("what", choices=("reader", "finder", "check"))
    parser.add_argument("--glyphs", type=Path, help="folder of GA 36 glyphs, 140_A.jpg and so on")
    parser.add_argument("--photos", type=Path, help="folder with labels.csv")
    parser.add_argument(
        "--scenes", type=Path, nargs="*", default=(), help="pictures without plates"
    )
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the model")
    parser.add_argument("--model", type=Path, help="check: a reader's .onnx")
    parser.add_argument("--rounds", type=int, help="fewer, for a trial")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main() -> int:
    asked = _arguments()
    if asked.what == "check":
        from training.check import check  # noqa: PLC0415  # needs no torch

        print(json.dumps(check(asked.model, asked.photos)))
        return 0
    from training import run  # noqa: PLC0415  # needs torch

    known = photos.labelled(asked.photos) if asked.photos else []
    material = run.Material.of(asked.glyphs, known, asked.scenes)
    plan = run.Asked(rounds=asked.rounds, seed=asked.seed, threads=asked.threads)
    asked.out.mkdir(parents=True, exist_ok=True)
    make = run.reader if asked.what == "reader" else run.finder
    print(make(material, plan, asked.out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
