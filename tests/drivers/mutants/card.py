"""What the tests must know of a protocol beside its captured frames."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Card:
    """``mutants``: by module of the codecs, what stands there and what stands there instead.

    ``checked``: all its frames carry a check, so no flipped bit may be believed.  ``not_cut``:
    cases whose beginning is a whole frame as well, or no frame's beginning.  ``feeder``: what a
    driver decodes it with, ``Stream``, ``Lines``, or a class of the codec's own.  ``finds_feet``:
    the last of three frames is found behind any noise.  ``goes_on``: cases whose end only what
    comes next on a wire shows.  ``whole``: each capture is one piece of the air, an advertisement
    or a value that was read; there is no stream of them.  ``bounded``: portions
    mean something, each is a notification.  ``grows``: a frame may be the beginning of a longer
    one that holds as well; such captures alone may be read differently in portions.
    """

    mutants: Mapping[str, Sequence[tuple[str, str]]]
    checked: bool = False
    not_cut: tuple[str, ...] = ()
    feeder: Literal["Stream", "Lines"] | str = "Stream"  # noqa: PYI051  # the two usual ones
    finds_feet: bool = True
    goes_on: tuple[str, ...] = ()
    whole: bool = False
    bounded: bool = False
    grows: bool = False
