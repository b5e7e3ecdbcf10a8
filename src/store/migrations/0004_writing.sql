-- What people set up for writing. None of it can be read here, nor whose it is: see store::belongings.
CREATE TABLE belongings (
    owner_hash BLOB    NOT NULL,              -- keyed hash of the kind and the user name
    number     INTEGER NOT NULL,              -- which one; drawn by lot, so that none is ever given twice
    sealed     BLOB    NOT NULL,              -- a text, sealed with a key made of the secret file
    added      INTEGER NOT NULL,              -- Unix seconds
    removed    INTEGER,                       -- Unix seconds; NULL while it is there
    PRIMARY KEY (owner_hash, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX belongings_removed ON belongings (removed) WHERE removed IS NOT NULL;

-- Whom people wrote to. Neither of them can be read here: see store::recipients.
CREATE TABLE recipients (
    user_hash      BLOB NOT NULL,             -- keyed hash of the user name
    recipient_hash BLOB NOT NULL,             -- keyed hash of the user's hash and the recipient's mail address
    sealed         BLOB NOT NULL,             -- name and address, sealed with a key made of the secret file
    rank           REAL NOT NULL,             -- Unix seconds: when all uses so far weigh as much as one at that moment
    PRIMARY KEY (user_hash, recipient_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipients_by_rank ON recipients (user_hash, rank);
