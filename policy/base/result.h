// Result<T>: a value, or the Error that says what in the world failed.
//
//   Result<Session> s = Session::open(options);
//   if (!s) return tl::unexpected(s.error().within("directory corp-ad"));
//
// For files, servers and sockets. A fact about the data is a reject or a finding, a bad instruction is a
// Diagnostic, a bug is TALLY_ASSERT.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace tally::base {

enum class ErrorKind {
  unavailable,  ///< could not be reached, closed early, or answered "busy"
  timed_out,    ///< the named deadline passed
  denied,       ///< credentials or permissions refused
  untrusted,    ///< a certificate, signature or hash does not check out
  limit,        ///< a named limit (ours or theirs) was reached
  malformed,    ///< what arrived cannot be read
  not_found,    ///< the named file, entry or record does not exist
  conflict,     ///< somebody else holds it, or it changed meanwhile
  unsupported,  ///< the other side cannot do what is needed
  corrupt,      ///< our own durable data is not what we wrote: fail-stop
  io,           ///< the operating system refused a read or write
};

/// The kind in the words that messages use, such as "timed out".
std::string_view to_string(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::io;
  std::string message;  ///< one line: what failed, with which value, and what was expected

  /// The same error with the outer circumstance in front: "reading hr.csv: <message>".
  [[nodiscard]] Error within(std::string_view circumstance) const;
};

template <class T>
using Result = tl::expected<T, Error>;

/// Shorthand for `tl::unexpected(Error{kind, message})`.
[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

/// "<what>: <strerror(errno_value)>" as an Error of kind io (denied for EACCES/EPERM, not_found for ENOENT).
[[nodiscard]] tl::unexpected<Error> system_failure(std::string_view what, int errno_value);

}  // namespace tally::base
