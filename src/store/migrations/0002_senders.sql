-- Whose remote pictures a person always wants to see. Neither of them can be read here: see store::senders.
CREATE TABLE senders (
    user_hash   BLOB    NOT NULL,             -- keyed hash of the user name
    sender_hash BLOB    NOT NULL,             -- keyed hash of the user's hash and the sender's mail address
    sealed      BLOB    NOT NULL,             -- the address, sealed with a key made of the secret file
    added       INTEGER NOT NULL,             -- Unix seconds
    PRIMARY KEY (user_hash, sender_hash)
) STRICT, WITHOUT ROWID;
