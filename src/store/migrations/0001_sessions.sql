-- Who is signed in. The password in `state` is sealed with a key that only the browser has.
CREATE TABLE sessions (
    id_hash   BLOB    NOT NULL PRIMARY KEY,   -- SHA-256 of the id in the cookie
    state     TEXT    NOT NULL,               -- JSON object of strings
    last_seen INTEGER NOT NULL,               -- Unix seconds
    idle      INTEGER NOT NULL,               -- seconds without a request after which it ends
    ends      INTEGER NOT NULL                -- Unix seconds: the end that no request moves
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_end ON sessions (ends);

-- Sign-ins that failed, or are being tried right now, of the last minutes.
CREATE TABLE attempts (
    id      INTEGER PRIMARY KEY,
    account BLOB    NOT NULL,                 -- keyed hash of the user name
    address TEXT    NOT NULL,                 -- client address; the /64 of an IPv6 address
    at      INTEGER NOT NULL                  -- Unix seconds
) STRICT;
CREATE INDEX attempts_by_account ON attempts (account, at);
CREATE INDEX attempts_by_address ON attempts (address, at);
