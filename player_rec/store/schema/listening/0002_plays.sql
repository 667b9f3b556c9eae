-- What was heard and said. Rows are added, never rewritten: what the listener takes back is a row of its own.
-- Times are ISO 8601 in UTC; sounds are named by content, files are kept for people and for what is not analysed yet.
CREATE TABLE plays (
    id          INTEGER PRIMARY KEY,
    content     TEXT    NOT NULL,            -- '' while the sound of the file is not known
    file        BLOB    NOT NULL,
    started     TEXT    NOT NULL,
    heard_ms    INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,            -- 0 where nobody knew
    ending      TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    player      TEXT    NOT NULL,
    title       TEXT    NOT NULL DEFAULT '',
    artist      TEXT    NOT NULL DEFAULT '',
    learned     INTEGER NOT NULL DEFAULT 1,  -- 0 while learning was paused
    UNIQUE (player, started, content, file)
);
CREATE INDEX plays_by_start ON plays (started);

CREATE TABLE playing (                       -- the play in progress of each player, in case we are killed
    player      TEXT PRIMARY KEY,
    content     TEXT    NOT NULL,
    file        BLOB    NOT NULL,
    started     TEXT    NOT NULL,
    heard_ms    INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    source      TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    artist      TEXT    NOT NULL,
    learned     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE unlearned (                     -- lessons that were taken back
    play INTEGER PRIMARY KEY REFERENCES plays (id),
    at   TEXT NOT NULL
);
CREATE TABLE fresh_starts (                  -- taste draws on nothing before the last of these
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL
);
CREATE TABLE learning (                      -- when learning was paused and taken up again
    id INTEGER PRIMARY KEY,
    at TEXT    NOT NULL,
    "on" INTEGER NOT NULL
);

CREATE TABLE hearts (
    id      INTEGER PRIMARY KEY,
    content TEXT    NOT NULL,
    at      TEXT    NOT NULL,
    given   INTEGER NOT NULL,                -- 0: taken back
    title   TEXT    NOT NULL DEFAULT '',
    artist  TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX hearts_by_content ON hearts (content, id);
INSERT INTO hearts (content, at, given, title, artist)
    SELECT content, since, 1, title, artist FROM likes ORDER BY since, content;
DROP TABLE likes;
CREATE VIEW likes AS
    SELECT content, at AS since, title, artist FROM hearts AS h
    WHERE given AND id = (SELECT max(id) FROM hearts WHERE content = h.content);

CREATE TABLE avoidances (                    -- bans and snoozes
    id      INTEGER PRIMARY KEY,
    scope   TEXT NOT NULL,
    subject TEXT NOT NULL,
    since   TEXT NOT NULL,
    until   TEXT,                            -- NULL: always
    label   TEXT NOT NULL DEFAULT ''
);
CREATE TABLE lifted (
    avoidance INTEGER PRIMARY KEY REFERENCES avoidances (id),
    at        TEXT NOT NULL,
    why       TEXT NOT NULL                  -- 'asked', or 'played' by the listener's own hand
);

CREATE TABLE dials (
    id                 INTEGER PRIMARY KEY,
    at                 TEXT NOT NULL,
    close_far          REAL NOT NULL,
    familiar_forgotten REAL NOT NULL,
    energy             REAL NOT NULL,
    fresh              REAL NOT NULL
);

CREATE TABLE radio (                         -- there while heart mode is on, so that it can be left properly
    player TEXT PRIMARY KEY,
    since  TEXT NOT NULL,
    anchor TEXT NOT NULL,                    -- content of the anchor, '' for none
    aside  TEXT NOT NULL,                    -- the former queue: JSON list of [file name in hexadecimal, entry]
    modes  TEXT NOT NULL,                    -- of the player, as they were
    leaving INTEGER NOT NULL                 -- how far it is on its way in or out
) WITHOUT ROWID;

CREATE TABLE picks (
    id      INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    player  TEXT NOT NULL,
    item    TEXT NOT NULL,                   -- the player's own name of the entry
    content TEXT NOT NULL,
    file    BLOB NOT NULL,
    trying  INTEGER NOT NULL,
    why     TEXT NOT NULL,                   -- JSON: reason and parts
    fate    TEXT NOT NULL DEFAULT 'waiting' CHECK (fate IN ('waiting', 'played', 'dropped', 'kept'))
);
CREATE INDEX picks_waiting ON picks (player, fate);
