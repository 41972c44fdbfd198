#include "connectors/directory/sequence_numbers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "connectors/directory/dn.h"

namespace tally::directory {

SequenceNumbers sequence_numbers(std::string_view text) {
  SequenceNumbers out;
  if (const std::size_t at = text.find("csn="); at != std::string_view::npos) text.remove_prefix(at + 4);
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("; ,");
    const std::string_view one = text.substr(0, end);
    const std::size_t count = one.find('#');
    const std::size_t server = count == std::string_view::npos ? count : one.find('#', count + 1);
    const std::size_t last = server == std::string_view::npos ? server : one.find('#', server + 1);
    if (last != std::string_view::npos) out.emplace_back(one.substr(server + 1, last - server - 1), one);
    if (end == std::string_view::npos || text[end] == ',') break;
    text.remove_prefix(end + 1);
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool covers(const SequenceNumbers& numbers, std::string_view entry_csn) {
  const auto of_entry = sequence_numbers(entry_csn);
  if (of_entry.empty()) return false;
  return std::any_of(numbers.begin(), numbers.end(), [&](const auto& known) {
    return known.first == of_entry.front().first && of_entry.front().second <= known.second;
  });
}

std::string context_csn(Session& session, const ServerState& server, const std::string& base,
                        const Patience& patience) {
  std::string of = base;
  std::size_t longest = 0;
  for (const std::string& context : server.naming_contexts) {
    if (context.size() <= longest || !DnScope({context}).contains(base)) continue;
    longest = context.size();
    of = context;
  }
  std::string out;
  read_entry(session, of, {"contextCSN"}, patience,
             [&](const Entry& entry) { out = fmt::format("{}", fmt::join(entry.values("contextCSN"), " ")); });
  return out;
}

}  // namespace tally::directory
