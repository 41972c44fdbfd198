// The signer's side of its socket: one log, asked by one user.
//
//   auto listener = take_listener(path);                        // from systemd, or made at `path`
//   auto ended = serve(*log, {listener->get(), uid, stop_fd, tell});
//
// One thread, one request at a time: the log is written in one order. Between requests it closes epochs that are over.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/log_writer.h"
#include "policy/base/result.h"

namespace tally::signer {

struct Service {
  int listener = -1;
  uid_t client = 0;  ///< who may ask, by SO_PEERCRED; nobody else, root included
  int stop = -1;     ///< readable: end
  std::function<void(uid_t uid)> denied;
};

/// Ends without an error when it was told to stop; with the log's when the log can no longer be written.
base::Result<void> serve(recorder::LogWriter& log, const Service& service);

/// The socket that systemd handed over (sd_listen_fds(3)), or one that is made at `path`, which replaces a dead one.
/// Kind `conflict` when somebody listens there, `malformed` with neither.
base::Result<recorder::Descriptor> take_listener(const std::string& path);

/// Clients at once: the service, and one that is about to take its place.
inline constexpr std::size_t kMaxClients = 4;

}  // namespace tally::signer
