-- What can be rebuilt from the music itself. Paths are bytes, as the file system has them.
CREATE TABLE tracks (
    id          INTEGER PRIMARY KEY,
    content     TEXT    NOT NULL UNIQUE,   -- digest of the sound, blind to name, folder and tags
    duration_ms INTEGER NOT NULL,
    codec       TEXT    NOT NULL,
    recording   INTEGER NOT NULL           -- shared by all tracks that sound the same
);
CREATE INDEX tracks_by_recording ON tracks (recording);

CREATE TABLE files (
    path        BLOB    PRIMARY KEY,
    folder      BLOB    NOT NULL,          -- the watched folder it was found in
    size        INTEGER NOT NULL,
    mtime_ns    INTEGER NOT NULL,
    presence    TEXT    NOT NULL DEFAULT 'here' CHECK (presence IN ('here', 'away', 'gone')),
    track       INTEGER REFERENCES tracks (id),
    why         TEXT    NOT NULL DEFAULT '', -- why there is no track
    title       TEXT    NOT NULL DEFAULT '',
    artist      TEXT    NOT NULL DEFAULT '',
    album       TEXT    NOT NULL DEFAULT '',
    words       TEXT    NOT NULL DEFAULT '', -- title, artists, album and path below the folder, folded
    tags        TEXT    NOT NULL DEFAULT '{}',
    remarks     TEXT    NOT NULL DEFAULT '[]'
) WITHOUT ROWID;
CREATE INDEX files_by_track ON files (track);
CREATE INDEX files_by_folder ON files (folder);

CREATE TABLE mounts (                      -- mount points met below a watched folder
    folder BLOB NOT NULL,
    path   BLOB NOT NULL,
    PRIMARY KEY (folder, path)
) WITHOUT ROWID;

CREATE TABLE vectors (
    model  TEXT    NOT NULL,
    track  INTEGER NOT NULL REFERENCES tracks (id),
    vector BLOB    NOT NULL,               -- little-endian float32 of unit length
    PRIMARY KEY (model, track)
) WITHOUT ROWID;

CREATE TABLE unheard (                     -- tracks whose sound could not be analysed
    model TEXT    NOT NULL,
    track INTEGER NOT NULL REFERENCES tracks (id),
    why   TEXT    NOT NULL,
    PRIMARY KEY (model, track)
) WITHOUT ROWID;

CREATE TABLE sounds (
    track            INTEGER PRIMARY KEY REFERENCES tracks (id),
    loudness_lufs    REAL    NOT NULL,
    tempo_bpm        REAL    NOT NULL,
    tempo_confidence REAL    NOT NULL,
    key              INTEGER NOT NULL,
    key_confidence   REAL    NOT NULL,
    energy           REAL    NOT NULL,
    silence_start_ms INTEGER NOT NULL,
    silence_end_ms   INTEGER NOT NULL,
    fingerprint      BLOB    NOT NULL,
    remarks          TEXT    NOT NULL DEFAULT '[]'
);
