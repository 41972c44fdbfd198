// Source: the contract of everything that is read, HR or directory, file or server.
//
//   std::unique_ptr<Source> source = make_source(options);
//   model::Harvest harvest = source->collect({clock, progress});
//
//   model::Harvest hers = source->look_up({clock, progress, deadline}, keys);    // one person's accounts, now
//
// A source only reads. It hands over model values or rejects, never strings to be interpreted later.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "connectors/deadline.h"
#include "policy/base/time.h"
#include "policy/model/person_keys.h"
#include "policy/model/snapshot.h"

namespace tally::connectors {

/// What one collection is given by the daemon.
struct Collection {
  std::function<base::Instant()> now;  ///< the wall clock; must be set
  std::function<void(std::uint64_t records)> progress =
      {};  ///< called now and then with the records read so far; may be empty
  /// The moment the audit is about, where that is not now: by it the age of files is judged.
  std::optional<base::Instant> as_of = std::nullopt;
  /// When everything has to be over, beside the source's own deadlines. Its stop token asks the source to give up soon.
  std::optional<Deadline> until = std::nullopt;
};

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  virtual ~Source() = default;

  /// The name from the configuration.
  [[nodiscard]] virtual const std::string& name() const = 0;

  /// Whether it tells of people or of accounts.
  [[nodiscard]] virtual model::SourceKind kind() const = 0;

  /// Reads everything once. Trouble lowers the coverage and says why; only when memory or threads run out does it
  /// throw, and then nothing of it counts (daemon/pipeline/failed_harvest.h). Ends by the deadlines of the source's own
  /// options, or soon after it was asked to stop. Blocks the calling thread; different sources may run in parallel.
  /// Nothing is retried here beyond what the options say.
  [[nodiscard]] virtual model::Harvest collect(const Collection& collection) = 0;

  /// The same for one person: every account that any of the keys could mean, compared at least as widely as correlation
  /// compares, with the groups that it is in; others may be among them. The coverage is complete when everything that
  /// the keys could mean was seen. Whoever cannot ask for so little hands over everything.
  [[nodiscard]] virtual model::Harvest look_up(const Collection& collection, const model::PersonKeys& /*keys*/) {
    return collect(collection);
  }
};

}  // namespace tally::connectors
