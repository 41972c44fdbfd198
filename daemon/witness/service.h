// The witness as a service: which request goes where, and what its operator is told.
//
//   Service service(*witness, wall_clock, log);
//   server->run([&](const Request& request) { return service.answer(request); });
//
// Not HTTP (http_server.h), and not the judgement (submission.h).
#pragma once

#include <atomic>
#include <functional>

#include "daemon/log/log.h"
#include "daemon/witness/http_server.h"
#include "daemon/witness/witness.h"

namespace tally::witness {

class Service {
 public:
  Service(Witness& witness, std::function<base::Instant()> now, const log::Log& log)
      : witness_(witness), now_(std::move(now)), log_(log) {}

  /// POST /add-checkpoint, GET /<hash of an origin>/checkpoint; else 404 or 405. Safe from every thread.
  Answer answer(const Request& request);
  /// True once the state could not be written: the program has to end, and to read it again.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  Answer add_checkpoint(const std::string& body);

  Witness& witness_;
  std::function<base::Instant()> now_;
  const log::Log& log_;
  std::atomic<bool> broken_ = false;
};

}  // namespace tally::witness
