"""What can be asked of scan modules, and how each maker says it.

Texts from: Newland HR42 and FM530 user manuals (syntax, QRYPDN) and a public firmware header
(TSUENA, TSUSET: terminating character, in hexadecimal); Honeywell N3680 user manual (232BAD) and
public programs (VSUFCR, SUFCA2); SparkFun's DE2120 library (SCAN, CIDENA); Doridian/GM67 (EB what
is sent, EE packets or lines).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from agent.drivers.codecs import de2120, honeywell, newland, scan_line, ssi
from agent.drivers.codecs.base import Take
from agent.drivers.codecs.scans import Feeder, Scan
from agent.drivers.codecs.told import Told

Frame = Told | Scan[Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``begins``: how the text of its reply begins; what follows is its value.

    ``holds``: the value without which it did not work, where the module tells one.
    """

    request: bytes
    begins: str = ""
    name: str = ""
    value: str | None = None  # what is reported, if not the reply's own
    holds: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """``trigger`` with ``silent``: it is never answered.  ``identify`` also serves as heartbeat."""

    codes: Callable[[], Feeder[Frame]]
    take: Take[Told]
    trigger: Question | None = None
    silent: bool = False
    identify: Question | None = None
    configure: Sequence[Question] = ()


def _newland(store: str, text: str, **more: str) -> Question:
    asked = text.rstrip("*")
    return Question(request=newland.encode(store, text), begins=f"{store}{asked}", **more)


def _de2120(text: str, **more: str) -> Question:
    return Question(request=de2120.encode(text), **more)


def _ssi(parameter: int, setting: int, **more: str) -> Question:
    """00 before the parameter: no beep."""
    data = bytes((0, parameter, setting))
    return Question(request=ssi.encode(ssi.SET, data, keep=True), begins="d", **more)


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        "none": Dialect(codes=scan_line.Codes, take=scan_line.take_framed),
        "newland": Dialect(
            codes=newland.Codes,
            take=newland.take_framed,
            trigger=_newland("#", "SCNTRG1"),
            identify=_newland("@", "QRYPDN", name="product"),
            configure=(
                _newland("@", "TSUSET0D"),
                _newland("@", "TSUENA1"),
                _newland("@", "TSUSET*", name="tail", value="CR", holds="0D"),
                _newland("@", "TSUENA*", name="tail_sent", value="on", holds="1"),
            ),
        ),
        "honeywell": Dialect(
            codes=honeywell.Codes,
            take=honeywell.take_framed,
            trigger=Question(request=honeywell.ON),
            silent=True,
            identify=Question(
                request=honeywell.encode("232BAD?."), begins="232BAD", name="baud_code"
            ),
            configure=(
                Question(request=honeywell.encode("SUFCA2."), begins="SUFCA2"),
                Question(
                    request=honeywell.encode("VSUFCR."), begins="VSUFCR", name="tail", value="CR"
                ),
            ),
        ),
        "de2120": Dialect(
            codes=de2120.Codes,
            take=de2120.take_framed,
            trigger=_de2120("SCAN"),
            configure=(_de2120("CIDENA0", name="code_id", value="off"),),
        ),
        "ssi": Dialect(
            codes=ssi.Codes,
            take=ssi.take_framed,
            trigger=Question(request=ssi.encode(ssi.START), begins="d"),
            configure=(
                _ssi(0xEE, 0x00, name="packets", value="off"),
                _ssi(0xEB, 0x01, name="format", value="code and suffix 1"),
            ),
        ),
    }
)
