#include "connectors/directory/access_log_entry.h"

namespace tally::directory {
namespace {

std::optional<LogOp> op_of(char sign) {
  switch (sign) {
    case '+': return LogOp::added;
    case '-': return LogOp::removed;
    case '=': return LogOp::replaced;
    case '#': return LogOp::incremented;
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<LoggedModification> read_modification(std::string_view req_mod) {
  if (req_mod == ":") return LoggedModification{};
  const std::size_t colon = req_mod.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == req_mod.size()) return std::nullopt;
  const auto op = op_of(req_mod[colon + 1]);
  const std::string_view rest = req_mod.substr(colon + 2);
  if (!op || (!rest.empty() && rest.front() != ' ')) return std::nullopt;
  LoggedModification out{req_mod.substr(0, colon), *op, std::nullopt};
  if (!rest.empty()) out.value = rest.substr(1);
  return out;
}

}  // namespace tally::directory
