-- Names that occur again and again are small integers.
CREATE TABLE gateway (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    online INTEGER NOT NULL DEFAULT 0,
    seen_ns INTEGER,                    -- UTC of its last publish
    about TEXT NOT NULL DEFAULT '{}',   -- of its last hello: version, configuration, boot
    promised INTEGER NOT NULL DEFAULT 0, -- the highest epoch that it was told to begin
    asides INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One sequence of numbers: a stream within one epoch.
CREATE TABLE sequence (
    id INTEGER PRIMARY KEY,
    gateway INTEGER NOT NULL REFERENCES gateway,
    stream TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    rows INTEGER NOT NULL DEFAULT 0,       -- records kept
    duplicates INTEGER NOT NULL DEFAULT 0, -- dropped: they were here
    conflicts INTEGER NOT NULL DEFAULT 0,  -- kept beside another of the same number
    UNIQUE (gateway, stream, epoch)
) STRICT;

-- What is had of a sequence: rows, and what gap records name.
CREATE TABLE had (
    sequence INTEGER NOT NULL REFERENCES sequence,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (sequence, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    point TEXT,
    quantity TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX series_name ON series (device, quantity, ifnull(point, ''));

-- How a box knew the time: UTC is monotonic time plus the offset, unknown if that is null.
CREATE TABLE clock (
    id INTEGER PRIMARY KEY,
    boot TEXT NOT NULL,
    offset_ns INTEGER,
    tq TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX clock_name ON clock (boot, tq, ifnull(offset_ns, ''));

-- Records.  The id is the order of arrival over the three tables: what a reader's cursor counts.
-- A branch above 0 is another content under the same number, from a restored or cloned card.
CREATE TABLE reading (
    id INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL REFERENCES sequence,
    seq INTEGER NOT NULL,
    branch INTEGER NOT NULL,
    series INTEGER NOT NULL REFERENCES series,
    clock INTEGER NOT NULL REFERENCES clock,
    mono_ns INTEGER NOT NULL,
    quality INTEGER NOT NULL,           -- 0 good, 1 suspect, 2 invalid
    value REAL                          -- null: it was no number
) STRICT;
CREATE UNIQUE INDEX reading_number ON reading (sequence, seq, branch);

CREATE TABLE told (
    id INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL REFERENCES sequence,
    seq INTEGER NOT NULL,
    branch INTEGER NOT NULL,
    type TEXT NOT NULL,
    kind TEXT NOT NULL,
    device TEXT NOT NULL,
    boot TEXT NOT NULL,
    mono_ns INTEGER NOT NULL,           -- -1: it tells none
    raw TEXT NOT NULL                   -- the line as it came
) STRICT;
CREATE UNIQUE INDEX told_number ON told (sequence, seq, branch);

-- Blocks that were not understood, as they came; of those with unknown fields besides.
CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL REFERENCES sequence,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    branch INTEGER NOT NULL,
    boot TEXT NOT NULL,
    mono_ns INTEGER NOT NULL,
    decoded INTEGER NOT NULL,           -- 1: its readings stand in their table as well
    payload BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX block_number ON block (sequence, first, last, branch, decoded);

-- When the records from ``first`` on were committed, up to the next row's.
CREATE TABLE arrival (
    first INTEGER PRIMARY KEY,
    utc_ns INTEGER NOT NULL
) STRICT;

-- The last starts of a box, from old to new, and what each was told to begin.
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway INTEGER NOT NULL REFERENCES gateway,
    run TEXT NOT NULL,
    at_least INTEGER NOT NULL DEFAULT 0,
    why TEXT NOT NULL DEFAULT '',
    UNIQUE (gateway, run)
) STRICT;

-- What was asked for after the last hello, and how many times in a row.
CREATE TABLE asked (
    gateway INTEGER NOT NULL REFERENCES gateway,
    stream TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (gateway, stream, epoch, first, last)
) STRICT, WITHOUT ROWID;

-- For people: one row for each thing to look at, however often it was seen.
CREATE TABLE alarm (
    gateway INTEGER NOT NULL REFERENCES gateway,
    what TEXT NOT NULL,                 -- cloned, behind, conflict, unfilled, aside
    detail TEXT NOT NULL,
    first_ns INTEGER NOT NULL,
    last_ns INTEGER NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (gateway, what, detail)
) STRICT, WITHOUT ROWID;

-- Payloads in which no number could be read: the newest, cut short.
CREATE TABLE aside (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    gateway INTEGER NOT NULL REFERENCES gateway,
    should_be TEXT NOT NULL,
    utc_ns INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT;

CREATE TABLE command (
    id TEXT PRIMARY KEY,
    gateway TEXT NOT NULL,
    target TEXT NOT NULL,
    action TEXT NOT NULL,
    args TEXT NOT NULL,
    ttl_ms INTEGER NOT NULL,
    asker TEXT,
    kid TEXT NOT NULL,
    sent_ns INTEGER NOT NULL,           -- UTC
    state TEXT NOT NULL,
    reason TEXT,
    changed_ns INTEGER NOT NULL
) STRICT;
CREATE INDEX command_state ON command (state);

-- The same with names in place of numbers, for readers.  CROSS JOIN keeps the order of the ids.
CREATE VIEW named_sequence AS
    SELECT sequence.id, gateway.name AS gateway, stream, epoch, rows, duplicates, conflicts
    FROM sequence JOIN gateway ON gateway.id = sequence.gateway;

CREATE VIEW named_reading AS
    SELECT reading.id, of.gateway, of.stream, of.epoch, seq, branch, device, point, quantity,
        value, quality, boot, mono_ns, offset_ns, tq
    FROM reading CROSS JOIN named_sequence AS of ON of.id = sequence
    CROSS JOIN series ON series.id = series CROSS JOIN clock ON clock.id = clock;

CREATE VIEW named_told AS
    SELECT told.id, of.gateway, of.stream, of.epoch, seq, branch, type, kind, device, boot,
        mono_ns, raw
    FROM told CROSS JOIN named_sequence AS of ON of.id = sequence;

CREATE VIEW named_block AS
    SELECT block.id, of.gateway, of.stream, of.epoch, first, last, branch, boot, mono_ns, decoded,
        payload
    FROM block CROSS JOIN named_sequence AS of ON of.id = sequence;
