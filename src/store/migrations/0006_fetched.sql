-- which messages of other accounts were fetched already: hashes alone, of whom and of what
CREATE TABLE fetched (
    user_hash BLOB NOT NULL,
    name_hash BLOB NOT NULL,
    fetched INTEGER NOT NULL,
    PRIMARY KEY (user_hash, name_hash)
) WITHOUT ROWID;
