// The tables of the store. Entries are kept as the log has them and decoded when read; the columns beside them are
// what questions are asked about.
#pragma once

namespace tally::store {

/// Kept as SQLite's user_version, and raised with every change of the tables: a store of another version is rebuilt,
/// never converted.
inline constexpr int kSchemaVersion = 7;

inline constexpr const char* kSchema = R"sql(
CREATE TABLE meta (
  next_index INTEGER NOT NULL, origin TEXT NOT NULL,
  minimum INTEGER NOT NULL);         -- what entries before this one say is not here: the log was pruned
INSERT INTO meta VALUES (0, '', 0);
CREATE TABLE runs (
  run TEXT PRIMARY KEY, started_leaf TEXT NOT NULL,
  finished_entry INTEGER, finished_leaf TEXT);
CREATE TABLE sources (
  entry INTEGER PRIMARY KEY, run TEXT NOT NULL, name TEXT NOT NULL, complete INTEGER NOT NULL,
  population INTEGER NOT NULL, leaf TEXT NOT NULL, personal TEXT NOT NULL);
CREATE INDEX sources_run ON sources (run);
CREATE TABLE tallies (entry INTEGER PRIMARY KEY, run TEXT NOT NULL, leaf TEXT NOT NULL, personal TEXT NOT NULL);
CREATE INDEX tallies_run ON tallies (run);
CREATE TABLE findings (
  opened INTEGER PRIMARY KEY,        -- entry that opened it
  entry INTEGER NOT NULL,            -- entry that says it last
  run TEXT NOT NULL,                 -- run that said it last
  fingerprint TEXT NOT NULL, rule TEXT NOT NULL, subject TEXT NOT NULL, severity INTEGER NOT NULL,
  open INTEGER NOT NULL,             -- not resolved: exempt ones too
  standing INTEGER NOT NULL,
  note TEXT NOT NULL,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
  open_since TEXT NOT NULL,          -- opened or reopened last
  times_reopened INTEGER NOT NULL,
  exemption INTEGER NOT NULL,        -- entry that asked for the exemption that it was under last, 0 for none
  acknowledged INTEGER NOT NULL,     -- entry of the acknowledgement that stands, 0 for none
  leaf TEXT NOT NULL, personal TEXT NOT NULL);
CREATE INDEX findings_open ON findings (open, severity DESC, rule, subject);
CREATE INDEX findings_fingerprint ON findings (fingerprint);
CREATE TABLE leavers (               -- who left and is followed
  first INTEGER PRIMARY KEY,         -- entry that said it first
  over INTEGER NOT NULL,             -- no access is left, or HR does not say any more that they left
  ended TEXT NOT NULL,               -- the employment or the access, whichever was later
  leaf TEXT NOT NULL, personal TEXT NOT NULL);
CREATE INDEX leavers_over ON leavers (over, ended);
CREATE TABLE lapses (                -- runs that were abandoned and due times that were missed
  entry INTEGER PRIMARY KEY, run TEXT NOT NULL, at TEXT NOT NULL, leaf TEXT NOT NULL);
CREATE TABLE decisions (entry INTEGER PRIMARY KEY, leaf TEXT NOT NULL, personal TEXT NOT NULL);  -- of people
CREATE TABLE releases (              -- of quarantined feeds
  asked INTEGER PRIMARY KEY, source TEXT NOT NULL, run TEXT NOT NULL, approved INTEGER NOT NULL);
CREATE TABLE configurations (entry INTEGER PRIMARY KEY, at TEXT NOT NULL, leaf TEXT NOT NULL);
)sql";

inline constexpr const char* kTables[] = {"meta",    "runs",   "sources",   "tallies",  "findings",
                                          "leavers", "lapses", "decisions", "releases", "configurations"};

}  // namespace tally::store
