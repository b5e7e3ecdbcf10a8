-- What is being sent, a row each. Neither who sends nor what can be read here: see store::outbox.
CREATE TABLE outbox (
    user_hash BLOB    NOT NULL,               -- keyed hash of the user name
    id_hash   BLOB    NOT NULL,               -- keyed hash of the user's hash and the message id
    version   INTEGER NOT NULL,               -- one more with each change: who knows an older one changes nothing
    stage     TEXT    NOT NULL,               -- how far it is: see store::outbox_entry
    since     INTEGER NOT NULL,               -- Unix seconds: when it got that far
    due       INTEGER NOT NULL,               -- Unix seconds: nothing is done with it before
    tries     INTEGER NOT NULL,               -- how often in vain at this stage
    letter    BLOB    NOT NULL,               -- what is known of the message, sealed with a key made of the secret file
    message   BLOB,                           -- its octets, sealed; only where the mail server had no room for the draft
    password  BLOB,                           -- sealed; only while something is to be done when its owner is away
    PRIMARY KEY (user_hash, id_hash)
) STRICT;
CREATE INDEX outbox_by_due ON outbox (stage, due);
