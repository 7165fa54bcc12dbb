"""A code that is divided among several symbols: each holds what it says it holds."""

import numpy as np
import pytest
import zxingcpp

from hwsim.sights.codes import Code, modules


@pytest.mark.parametrize(
    "payload", [b"LINLI-1234567", "邻里门禁一二三".encode(), bytes(range(128, 169))]
)
@pytest.mark.parametrize("parts", [1, 2, 3])
def test_each_symbol_holds_its_part(payload: bytes, parts: int) -> None:
    symbols = [Code(payload, part, parts) for part in range(1, parts + 1)]
    assert b"".join(one.content for one in symbols) == payload
    for one in symbols:
        framed = np.pad(modules(one), 4, constant_values=255)
        large = np.kron(framed, np.ones((4, 4), np.uint8))
        (seen,) = zxingcpp.read_barcodes(np.ascontiguousarray(large), is_pure=True)
        assert bytes(seen.bytes) == one.content
        plain = modules(Code(one.content))
        assert np.array_equal(modules(one), plain) == (parts == 1)  # else it says whose part it is
