-- Runs that wait, or waited, for a person (internal/approval, Store). A request
-- changes only by compare-and-swap of its version.
CREATE TABLE requests (
    id      TEXT    PRIMARY KEY,
    version INTEGER NOT NULL,
    body    BLOB    NOT NULL
) STRICT;
