#include "policy/base/result.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "policy/base/assert.h"

namespace tally::base {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::timed_out: return "timed out";
    case ErrorKind::denied: return "denied";
    case ErrorKind::untrusted: return "not trustworthy";
    case ErrorKind::limit: return "limit reached";
    case ErrorKind::malformed: return "malformed";
    case ErrorKind::not_found: return "not found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::unsupported: return "not supported";
    case ErrorKind::corrupt: return "corrupt";
    case ErrorKind::io: return "input/output error";
  }
  TALLY_ASSERT(false && "unknown ErrorKind");
  return {};
}

Error Error::within(std::string_view circumstance) const {
  return Error{kind, fmt::format("{}: {}", circumstance, message)};
}

tl::unexpected<Error> system_failure(std::string_view what, int errno_value) {
  ErrorKind kind = ErrorKind::io;
  if (errno_value == EACCES || errno_value == EPERM) kind = ErrorKind::denied;
  if (errno_value == ENOENT) kind = ErrorKind::not_found;
  return failure(kind, fmt::format("{}: {}", what, std::generic_category().message(errno_value)));
}

}  // namespace tally::base
