-- Work that goes on in the background, a row each. Neither whose it is nor what can be read here: see store::jobs.
CREATE TABLE jobs (
    user_hash BLOB    NOT NULL,               -- keyed hash of the user name
    id        BLOB    NOT NULL,               -- 16 random bytes, which are in its address
    version   INTEGER NOT NULL,               -- one more for each who takes it up: who took it before writes nothing any more
    stage     TEXT    NOT NULL,               -- running, waiting, stopped, done
    begun     INTEGER NOT NULL,               -- Unix seconds
    since     INTEGER NOT NULL,               -- Unix seconds: when it came to this stage
    due       INTEGER NOT NULL,               -- Unix seconds: a waiting one is not tried before
    task      BLOB    NOT NULL,               -- what is to be done, sealed with a key made of the secret file
    place     BLOB    NOT NULL,               -- how far it is, sealed likewise
    PRIMARY KEY (user_hash, id)
) STRICT;
CREATE INDEX jobs_by_stage ON jobs (stage, since);
