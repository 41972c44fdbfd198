#include "connectors/directory/page_progress.h"

#include <fmt/format.h>

#include <functional>

namespace tally::directory {

using Kind = model::Gap::Kind;

std::optional<model::Gap> PageProgress::take(std::string_view first, std::string_view cookie) {
  if (cookie.size() > kMaxCookieBytes) {
    return model::Gap{Kind::truncated, fmt::format("the server sends a cookie of {} bytes, more than {}: the pages "
                                                   "after it were not asked for",
                                                   cookie.size(), kMaxCookieBytes)};
  }
  empty_pages_ = first.empty() ? empty_pages_ + 1 : 0;
  if (empty_pages_ > kMaxEmptyPages)
    return model::Gap{Kind::truncated, "the server sends one empty page after the other"};
  if (!first.empty() && !begun_with_.insert(std::hash<std::string_view>()(first)).second) {
    return model::Gap{Kind::truncated, "the server sends the same page again and again: what follows is not known"};
  }
  return std::nullopt;
}

}  // namespace tally::directory
