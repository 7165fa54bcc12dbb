-- The journal's first shape.  Never edited: the next change is 0002.sql.

CREATE TABLE state (
    key   TEXT PRIMARY KEY,
    value
) WITHOUT ROWID;

-- An incarnation of the journal: numbers from here on belong to it.  Numbers never start anew
-- within one database, so a number alone names a row, and its epoch follows.
CREATE TABLE epoch (
    epoch       INTEGER PRIMARY KEY,
    urgent_from INTEGER NOT NULL,
    bulk_from   INTEGER NOT NULL,
    why         TEXT NOT NULL
);

-- Boots in the order in which they were first seen: time runs from one to the next.
CREATE TABLE boot (
    id   INTEGER PRIMARY KEY,
    boot TEXT NOT NULL UNIQUE
);

-- At mono_ns of that boot the time was known: UTC = monotonic time + offset_ns.
CREATE TABLE anchor (
    boot      INTEGER NOT NULL,
    mono_ns   INTEGER NOT NULL,
    offset_ns INTEGER NOT NULL,
    source    TEXT NOT NULL,
    PRIMARY KEY (boot, mono_ns)
) WITHOUT ROWID;

-- Events, commands and gap records: one row each, payload as published.
CREATE TABLE urgent (
    seq     INTEGER PRIMARY KEY,
    epoch   INTEGER NOT NULL,
    boot    INTEGER NOT NULL,
    mono_ns INTEGER NOT NULL,
    utc_ns  INTEGER,          -- NULL while nobody had told the time
    kind    TEXT NOT NULL,
    payload TEXT NOT NULL
);

-- Readings: sealed blocks, payload as published.
CREATE TABLE block (
    first_seq INTEGER PRIMARY KEY,
    last_seq  INTEGER NOT NULL,
    epoch     INTEGER NOT NULL,
    boot      INTEGER NOT NULL,
    t0        INTEGER NOT NULL,  -- monotonic time of the first and the last reading
    t1        INTEGER NOT NULL,
    utc_ns    INTEGER,           -- of the first
    n         INTEGER NOT NULL,
    codec     TEXT NOT NULL,
    crc       INTEGER NOT NULL,  -- CRC-32 of payload
    payload   BLOB NOT NULL
);

-- Numbers that nobody needs any more: acknowledged, or covered by a gap record, or gone by age.
CREATE TABLE settled (
    stream TEXT NOT NULL,
    first  INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    PRIMARY KEY (stream, first)
) WITHOUT ROWID;
