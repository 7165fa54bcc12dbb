"""Where things are, and the three identities that a swap must not mix up.

``gateway`` is through which box, ``device`` with what instrument, ``point`` what is measured and
where.  A new device on an old point continues the point's series.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

ID = re.compile(r"[a-z0-9-]{1,32}\Z")
"""Ids of sites, buses, devices, stages and points; never changed once published."""


class Datum(StrEnum):
    CGCS2000 = "CGCS2000"  # the national frame; equal to WGS 84 for our purposes (metres)
    GCJ02 = "GCJ-02"  # what Chinese map services show, up to 700 m off


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Every part may be unknown, except that coordinates never come without their datum."""

    division: str | None = None  # administrative division code, GB/T 2260, 6 to 12 digits
    grid: str | None = None  # grid cell of the community's governance
    address: str | None = None  # standard-address id
    longitude: float | None = None
    latitude: float | None = None
    datum: Datum | None = None
    note: str | None = None  # "3 号楼东门" as people say it
