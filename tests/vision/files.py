"""Pictures as files, drawn here: four quarters of red, green, white and blue."""

import struct
import zlib
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from agent.vision.pictures import Picture

RED, GREEN, WHITE, BLUE = (0, 0, 255), (0, 255, 0), (255, 255, 255), (255, 0, 0)
QUARTERS = (RED, GREEN, WHITE, BLUE)  # clockwise from the top left


def quarters(height: int = 40, width: int = 60) -> Picture:
    picture = np.empty((height, width, 3), np.uint8)
    middle, centre = height // 2, width // 2
    picture[:middle, :centre], picture[:middle, centre:] = RED, GREEN
    picture[middle:, centre:], picture[middle:, :centre] = WHITE, BLUE
    return picture


def as_file(picture: npt.NDArray[np.integer[Any]], suffix: str) -> bytes:
    done, data = cv2.imencode(suffix, picture)
    assert done
    return data.tobytes()


def turned_jpeg(orientation: int) -> bytes:
    """``quarters`` as stored, with an EXIF tag 0x0112 that says how it is to be turned."""
    jpeg = as_file(quarters(), ".jpg")
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    body = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def promising_png(width: int, height: int, rows: int) -> bytes:
    """A header of that size, and ``rows`` of black: it compresses a thousandfold."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(1 + (width + 7) // 8) * rows)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def palette_png() -> bytes:
    """2 by 1: red and green by their numbers in a palette."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 2, 1, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes((255, 0, 0, 0, 255, 0))),
        (b"IDAT", zlib.compress(b"\0\0\1")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
