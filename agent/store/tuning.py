"""Sizes and times of the journal that no installer needs to know.  Tests and drills turn them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Bytes and seconds.  Every default says where it comes from."""

    synchronous: str = "FULL"
    """Anything less loses what was called durable; the power-cut test fails with OFF and NORMAL."""

    page_size: int = 4096
    """Measured (docs/journal.md): a sealed block then fits one leaf, without an overflow chain."""

    checkpoint_bytes: int = 2**20
    """The log is folded into the database when it is this long: rarely, because every page that
    changed is then written a second time."""

    log_bytes: int = 4 * 2**20
    """A log that readers kept from starting anew is cut back to this (journal_size_limit)."""

    most_waiting: int = 65_536
    """Messages handed over but not yet durable: about 17 MB, one second at the highest rate."""

    most_readings: int = 16_384
    """Readings per transaction, so that a commit has an end."""

    most_urgent: int = 1_024
    """Urgent records per transaction."""

    held_bytes: int = 8 * 2**20
    """Compressed readings kept in memory while the disk refuses: about a million."""

    held_urgent: int = 8_192
    """Urgent records kept in memory while the disk refuses: a day of a busy gate."""

    retry_s: float = 1.0
    retry_most_s: float = 60.0
    """A disk that refuses is asked again after ``retry_s``, doubling up to ``retry_most_s``."""

    check_s: float = 1.0
    """How long the start may spend on looking for damage (PRAGMA quick_check)."""

    broken_kept: int = 2
    """Databases moved aside; older ones are deleted, all of them when the disk is full."""

    sweep_s: float = 3_600.0
    """From one look for what is too old to the next."""

    steady_s: float = 6 * 3_600.0
    """What is too old goes only after the clock has kept its offset so long: a source that is
    years ahead for an hour must not empty the journal."""

    lazy_s: float = 120.0
    """Acknowledgements gather so long, then travel with the next transaction: each time costs a
    page, at 4 readings/s 70 bytes per reading if every transaction took them along, and 8 like
    this (measured).  What a power cut takes of them is sent again."""

    alone_s: float = 180.0
    """After so long they, or a clock floor, get a transaction of their own."""
