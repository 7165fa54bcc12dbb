"""A worker process: ``python -m agent.app.worker``, started by the core for an isolated bus.

The same drivers on the same ``BusKeeper`` as in the core, but their faults end here
(docs/adr/0006).  It is kept small, since every worker costs its memory again: no pydantic, no
journal, no stages, and asyncio without TLS (4.5 MB), which no wire speaks.
"""

import sys
from collections.abc import Mapping

from agent.drivers.base import Model


def main(more: Mapping[str, Model] | None = None) -> int:
    """``more``: drivers beside the product's own, of drills and tests."""
    if "asyncio" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]  # asyncio then does without it
    from agent.app.workshop import work  # noqa: PLC0415  # after the line above
    from agent.drivers.register import Register  # noqa: PLC0415  # same

    return work(Register(more))


if __name__ == "__main__":
    sys.exit(main())
