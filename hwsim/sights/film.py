"""Films of a lane as files: ``python -m hwsim.sights.film --seed 1 --seconds 30 --out DIR``.

``DIR`` gets ``frame-00000.jpg`` and so on, and ``truth.jsonl``: one line per frame
(``{"file","t"}``) and one per passage, as the world's truth has it.  With ``--out FILE.mp4`` or
``.avi`` it is a video, the truth beside it as ``FILE.jsonl``.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import cv2

from hwsim.sights.air import Weather
from hwsim.sights.arrays import Picture
from hwsim.sights.drive import STORIES, Passage, Traffic
from hwsim.sights.road import Road

Keep = Callable[[int, Picture], str]


def told(one: Passage) -> dict[str, object]:
    """``plate`` None, and why in ``without``, where none can be read."""
    without = None if one.plate and one.plate.kind != "paper" else "paper" if one.plate else "plate"
    return {
        "passage": one.number,
        "at": round(one.at, 3),
        "seconds": round(one.seconds, 3),
        "story": one.story,
        "plate": one.plate.text if one.plate and not without else None,
        "colour": one.plate.colour if one.plate else None,
        "kind": one.plate.kind if one.plate else None,
        "without": without,
        "direction": one.direction,
        "may": one.may,
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hwsim.sights.film", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--fps", type=float, default=10.0)
    parser.add_argument("--stories", nargs="*", choices=STORIES, default=list(STORIES))
    parser.add_argument("--every", type=float, default=8.0, help="seconds between two vehicles")
    parser.add_argument("--direction", choices=("in", "out"), default="in")
    parser.add_argument("--night", action="store_true")
    parser.add_argument("--rain", action="store_true")
    parser.add_argument("--flicker", type=float, default=0.0)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main() -> int:
    cv2.setNumThreads(1)
    asked = _arguments()
    size = (asked.width, asked.width * 9 // 16)
    traffic = Traffic(stories=asked.stories, every_s=asked.every, direction=asked.direction)
    weather = Weather(night=asked.night, rain=asked.rain, flicker=asked.flicker)
    road = Road(asked.seed, traffic, weather, size)
    video = asked.out.suffix in (".mp4", ".avi")
    keep, end = _video(asked.out, asked.fps, size) if video else _folder(asked.out)
    truth = asked.out.with_suffix(".jsonl") if video else asked.out / "truth.jsonl"
    with truth.open("w", encoding="utf-8") as file:
        for number, (at, frame) in enumerate(road.frames(asked.seconds, asked.fps)):
            file.write(json.dumps({"file": keep(number, frame), "t": round(at, 4)}) + "\n")
        for one in road.passages(asked.seconds):
            file.write(json.dumps(told(one), ensure_ascii=False) + "\n")
    end()
    return 0


def _folder(out: Path) -> tuple[Keep, Callable[[], None]]:
    out.mkdir(parents=True, exist_ok=True)

    def keep(number: int, frame: Picture) -> str:
        name = f"frame-{number:05d}.jpg"
        _, jpeg = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 82])
        (out / name).write_bytes(jpeg.tobytes())
        return name

    return keep, lambda: None


def _video(out: Path, fps: float, size: tuple[int, int]) -> tuple[Keep, Callable[[], None]]:
    code = cv2.VideoWriter.fourcc(*("MJPG" if out.suffix == ".avi" else "mp4v"))
    writer = cv2.VideoWriter(str(out), code, fps, size)

    def keep(number: int, frame: Picture) -> str:
        writer.write(frame)
        return str(number)

    return keep, writer.release


if __name__ == "__main__":
    sys.exit(main())
