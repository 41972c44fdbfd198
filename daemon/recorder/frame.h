// Frames over a Unix stream socket: a length and so many bytes, whole or not at all, each with a deadline.
//
//   send_frame(fd, bytes, 10s);
//   auto frame = receive_frame(fd, kMaxFrameBytes, 10s);       // after poll() said that something is there
//
// The deadline is for a whole frame: whoever sends a byte a second does not get longer. The descriptor does not block.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "daemon/recorder/file_operations.h"
#include "policy/base/result.h"

namespace tally::recorder {

/// A batch of the largest size, its lengths and its head.
inline constexpr std::size_t kMaxFrameBytes = (std::size_t{1} << 30) + 4096;

/// To a listening socket. Kind `not_found` when nobody listens there, `denied` when it may not be used.
base::Result<Descriptor> connect_to(const std::string& path);

/// Kind `timed_out`, or `unavailable` when the other side has gone.
base::Result<void> send_frame(int fd, std::string_view bytes, std::chrono::milliseconds within);
/// Kind `limit` when it is announced to be longer than `most`, `timed_out`, `unavailable` at the end.
base::Result<std::string> receive_frame(int fd, std::size_t most, std::chrono::milliseconds within);

}  // namespace tally::recorder
