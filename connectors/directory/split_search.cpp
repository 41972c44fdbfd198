#include "connectors/directory/split_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <iterator>
#include <mutex>
#include <optional>
#include <utility>

namespace tally::directory {
namespace {

/// The lowest, or the highest, identifier whose first four bytes are these, as a filter writes it.
std::string bound(Dialect dialect, std::uint32_t first, bool highest) {
  if (dialect == Dialect::active_directory) {
    std::string out;
    for (unsigned shift = 32; shift > 0; shift -= 8) out += fmt::format("\\{:02x}", first >> (shift - 8) & 0xFFU);
    for (int i = 4; i < 16; ++i) out += highest ? "\\ff" : "\\00";
    return out;
  }
  return fmt::format("{:08x}{}", first, highest ? "-ffff-ffff-ffff-ffffffffffff" : "-0000-0000-0000-000000000000");
}

/// What several parts say alike is said once.
void add_line(std::string line, std::vector<std::string>& to) {
  if (std::find(to.begin(), to.end(), line) == to.end()) to.push_back(std::move(line));
}

void add_gap(model::Gap gap, std::vector<model::Gap>& to) {
  const auto same = [&](const model::Gap& one) { return one.kind == gap.kind && one.sentence == gap.sentence; };
  if (std::none_of(to.begin(), to.end(), same)) to.push_back(std::move(gap));
}

class Splitting {
 public:
  Splitting(std::uint32_t connections, Dialect dialect, const Search& whole, const Patience& patience,
            const EachEntry& each)
      : whole_(whole),
        patience_(patience),
        each_(each),
        filters_(filters_of_parts(whole.query.filter, dialect, connections)),
        outcomes_(filters_.size()),
        digests_(filters_.size()),
        bytes_in_flight_(kMaxBytesInFlight / connections) {}

  SearchOutcome run(Session& first, const OpenAnother& open_another, std::uint32_t connections) {
    std::vector<std::future<std::string>> others;
    for (std::uint32_t i = 1; i < connections; ++i) {
      others.push_back(std::async(std::launch::async, [this, &open_another]() -> std::string {
        auto session = open_another();
        if (!session) return session.error().message;
        work(*session);
        return {};
      }));
    }
    work(first);
    std::vector<std::string> refused;
    for (std::future<std::string>& other : others) {
      if (std::string why = other.get(); !why.empty()) refused.push_back(std::move(why));
    }
    return told(first, connections, refused);
  }

 private:
  /// Parts, one after the other, until there is none left or the session is of no more use.
  void work(Session& session) {
    while (!session.lost() && entries_ < whole_.max_entries) {
      const std::size_t part = next_++;
      if (part >= filters_.size()) return;
      Search what = whole_;
      base::Sha256 digest;
      what.max_entries = whole_.max_entries - entries_;
      what.query.filter = filters_[part];
      what.digest = whole_.digest == nullptr ? nullptr : &digest;
      what.bytes_in_flight = bytes_in_flight_;
      what.one_at_a_time = &decoding_;
      SearchOutcome outcome = search(session, what, patience_, each_);
      entries_ += outcome.entries;
      digests_[part] = digest.finish();
      outcomes_[part] = std::move(outcome);
    }
  }

  /// The outcomes of the parts as one.
  SearchOutcome told(const Session& first, std::uint32_t connections, const std::vector<std::string>& refused) {
    SearchOutcome all;
    std::size_t read = 0;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      if (!outcomes_[i]) continue;
      ++read;
      add(*outcomes_[i], all);
      if (whole_.digest != nullptr) whole_.digest->update(digests_[i].view());
    }
    if (read < outcomes_.size()) {
      all.gaps.push_back(
          {model::Gap::Kind::truncated, fmt::format("{} of {} parts of the search were not asked for any more",
                                                    outcomes_.size() - read, outcomes_.size())});
    }
    // What was lost was the connection of a part; the first one goes on being of use.
    if (!first.lost() && all.connection_lost()) all.code = 0;
    all.notes.push_back(fmt::format("connections: {}, for {} parts of the search by identifier",
                                    connections - refused.size(), outcomes_.size()));
    if (!refused.empty())
      all.notes.push_back(
          fmt::format("connections: {} of {} could not be had ({})", refused.size(), connections, refused.front()));
    return all;
  }

  static void add(SearchOutcome& part, SearchOutcome& all) {
    if (all.code == 0) all.code = part.code;
    all.entries += part.entries;
    all.pages += part.pages;
    all.bytes += part.bytes;
    all.page_size = all.page_size == 0 ? part.page_size : std::min(all.page_size, part.page_size);
    all.values_left_out += part.values_left_out;
    for (model::Gap& gap : part.gaps) add_gap(std::move(gap), all.gaps);
    std::move(part.rejects.begin(), part.rejects.end(), std::back_inserter(all.rejects));
    for (std::string& url : part.referrals) add_line(std::move(url), all.referrals);
    for (std::string& line : part.notes) add_line(std::move(line), all.notes);
  }

  const Search& whole_;
  const Patience& patience_;
  const EachEntry& each_;
  const std::vector<std::string> filters_;
  std::vector<std::optional<SearchOutcome>> outcomes_;  ///< by part; each is written by one thread
  std::vector<base::Digest> digests_;
  const std::uint64_t bytes_in_flight_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> entries_ = 0;
  std::mutex decoding_;
};

}  // namespace

std::string_view identity_for_ranges(Dialect dialect) {
  switch (dialect) {
    case Dialect::openldap: return "entryUUID";
    case Dialect::active_directory: return "objectGUID";
    case Dialect::ds389:
    case Dialect::generic: return "";
  }
  return "";
}

std::vector<std::string> filters_of_parts(std::string_view filter, Dialect dialect, std::uint32_t count) {
  const std::string_view name = identity_for_ranges(dialect);
  const auto begin = [&](std::uint64_t part) { return (std::uint64_t{1} << 32U) * part / count; };
  std::vector<std::string> out;
  for (std::uint64_t part = 0; part < count; ++part) {
    out.push_back(fmt::format("(&{0}({1}>={2})({1}<={3}))", filter, name,
                              bound(dialect, static_cast<std::uint32_t>(begin(part)), false),
                              bound(dialect, static_cast<std::uint32_t>(begin(part + 1) - 1), true)));
  }
  return out;
}

SearchOutcome split_search(Session& first, const OpenAnother& open_another, std::uint32_t connections, Dialect dialect,
                           const Search& whole, const Patience& patience, const EachEntry& each) {
  if (connections < 2 || identity_for_ranges(dialect).empty()) return search(first, whole, patience, each);
  connections = std::min(connections, kMaxConnections);
  return Splitting(connections, dialect, whole, patience, each).run(first, open_another, connections);
}

}  // namespace tally::directory
