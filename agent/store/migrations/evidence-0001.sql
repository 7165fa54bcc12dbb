-- The first shape of the pictures' store.  Never edited: the next change is evidence-0002.sql.

CREATE TABLE state (
    key   TEXT PRIMARY KEY,
    value
) WITHOUT ROWID;

-- Boots in the order in which they were first seen.  UTC = monotonic time + offset_ns, as was told
-- last; known_ns is the UTC at which it was first told.
CREATE TABLE boot (
    id        INTEGER PRIMARY KEY,
    boot      TEXT NOT NULL UNIQUE,
    offset_ns INTEGER,
    known_ns  INTEGER
);

-- Ids only rise, so that a number never names another passage.
CREATE TABLE passage (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    passage    TEXT NOT NULL UNIQUE,
    camera     TEXT NOT NULL,
    boot       INTEGER NOT NULL,
    mono_ns    INTEGER NOT NULL,
    utc_ns     INTEGER,           -- NULL while nobody had told the time
    expires_ns INTEGER,           -- NULL as well then
    plate      TEXT,
    direction  TEXT NOT NULL
);

CREATE TABLE picture (
    passage INTEGER NOT NULL,
    role    TEXT NOT NULL,
    sha256  TEXT NOT NULL,
    jpeg    BLOB NOT NULL,
    PRIMARY KEY (passage, role)
);

-- Pictures of an open case stay until their case's day, or until they are released.
CREATE TABLE hold (
    passage  INTEGER NOT NULL,
    case_no  TEXT NOT NULL,
    until_ns INTEGER NOT NULL,
    PRIMARY KEY (passage, case_no)
) WITHOUT ROWID;

-- Who did what with pictures.  Each entry's hash covers the one before it.
CREATE TABLE audit (
    n       INTEGER PRIMARY KEY AUTOINCREMENT,
    boot    TEXT NOT NULL,
    mono_ns INTEGER NOT NULL,
    utc_ns  INTEGER,
    who     TEXT NOT NULL,
    by      TEXT NOT NULL,
    action  TEXT NOT NULL,
    why     TEXT NOT NULL,
    what    TEXT NOT NULL,
    hash    TEXT NOT NULL
);

CREATE TRIGGER audit_is_not_edited BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is not edited');
END;

-- Only its oldest entries go, below the cut that a sweep has put into state before.
CREATE TRIGGER audit_is_not_erased BEFORE DELETE ON audit
WHEN OLD.n > coalesce((SELECT value FROM state WHERE key = 'audit_cut'), 0)
BEGIN
    SELECT RAISE(ABORT, 'the audit is not erased');
END;
