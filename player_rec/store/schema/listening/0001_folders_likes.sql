-- What the listener said: nothing here can be rebuilt. Sounds are named by their content, so a like
-- outlives the library it was given in; title and artist are kept beside it for people to read.
CREATE TABLE folders (
    path  BLOB PRIMARY KEY,
    added TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE likes (
    content TEXT PRIMARY KEY,
    since   TEXT NOT NULL,
    title   TEXT NOT NULL DEFAULT '',
    artist  TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
