// SourceRecord: where facts came from (provenance), one per source and run.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/base/digest.h"
#include "policy/base/id.h"
#include "policy/base/time.h"
#include "policy/model/coverage.h"

namespace tally::model {

using SourceId = base::Id<struct SourceTag>;

enum class SourceKind : std::uint8_t { hr, directory };

/// How many records of a feed have one value in one column.
struct Segment {
  std::string by;     ///< "department", "location", "employment type", "working"
  std::string value;  ///< "Finance"
  std::uint64_t count = 0;

  friend bool operator==(const Segment&, const Segment&) = default;
};

struct SourceRecord {
  std::string name;  ///< from the configuration: "hr", "corp-ad"
  SourceKind kind = SourceKind::hr;
  std::string connector;   ///< "csv", "openldap", "active-directory", "ldif/openldap", "ldif/active-directory"
  std::string location;    ///< path or URI, never with a password
  std::string query;       ///< bases, scope, filters, attributes or mapped columns, as one line for the manifest
  base::Instant started;   ///< when reading began
  base::Instant finished;  ///< when it ended; facts are as of this interval
  /// Set when what was read is quarantined and the records of an earlier run, accepted then, stay in force: when those
  /// were read. Coverage speaks of what was read now.
  std::optional<base::Instant> in_force_since;
  base::Digest content;  ///< SHA-256 of the bytes read (files) or of the decoded records in order (live)
  std::uint64_t bytes = 0;
  std::vector<std::string> domains;  ///< Windows domains of which every account and group lies in what is read: SIDs
  /// Active Directory: dSHeuristics as written, "" where it is not set (MS-ADTS 6.1.1.2.4.1.2); absent when not read.
  std::optional<std::string> ds_heuristics;
  /// Why the access control lists, or access rules, of entries that mean power were not read, or not all that are
  /// needed: model::Controls is then not the whole truth. Empty when they were.
  std::string controls_unread = "access control lists were not read";
  /// What the account that reads may do beyond reading, a sentence each: a finding about ourselves.
  std::vector<std::string> own_powers;
  /// Why own_powers may not be all; empty when it is.
  std::string own_powers_unread = "what the account that reads may do was not asked";
  std::vector<Segment> segments;  ///< of an HR feed, as read now: what the next run's envelope compares with
  /// When the data were produced, as far as that is known: a file's last change, an export's own time. Absent for a
  /// live directory, which tells of now.
  std::optional<base::Instant> produced;
  /// The server's clock less ours when reading began; absent when the server does not tell its time.
  std::optional<base::Duration> clock_skew;
  /// How the input is built, without anything from it that is personal: "delimiter" → ";", "columns" → "13". Compared
  /// with the last good run (schema drift). In the order of their names.
  std::map<std::string, std::string> shape;
  std::vector<std::string> notes;  ///< TLS certificate digest, server identity, highestCommittedUSN …, "name: value"
  Coverage coverage;
};

}  // namespace tally::model
