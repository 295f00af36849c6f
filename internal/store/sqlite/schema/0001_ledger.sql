-- One ledger: its id, its entries, its blobs. What the columns mean stands in
-- internal/ledger (Row, Blob). Entries are never changed or deleted; the
-- triggers guard against this program's own mistakes, not against an attacker.
CREATE TABLE ledger (only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL) STRICT;
CREATE TABLE entries (
    seq    INTEGER PRIMARY KEY,
    digest TEXT    NOT NULL,
    entry  BLOB    NOT NULL,
    at     INTEGER NOT NULL,
    kind   TEXT    NOT NULL,
    run    TEXT    NOT NULL,
    flow   TEXT    NOT NULL,
    who    TEXT    NOT NULL,
    name   TEXT    NOT NULL
) STRICT;
CREATE INDEX entries_run  ON entries (run)  WHERE run  <> '';
CREATE INDEX entries_flow ON entries (flow) WHERE flow <> '';
CREATE INDEX entries_kind ON entries (kind);
CREATE TABLE blobs (
    digest  TEXT    PRIMARY KEY,
    size    INTEGER NOT NULL,
    packing TEXT    NOT NULL,
    data    BLOB    NOT NULL
) STRICT;
CREATE TRIGGER entries_keep BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
