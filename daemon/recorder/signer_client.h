// SignerClient: the log as the process that holds the keys writes it, from the other side of its socket.
//
//   auto log = SignerClient::connect("/run/tallystick-signer.sock");
//   log->append(log->head()->size, leaves);
//
// After a lost connection it refuses everything: whether the last batch was written is known when it is opened again.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "daemon/recorder/file_operations.h"
#include "daemon/recorder/log_writer.h"
#include "policy/base/result.h"

namespace tally::recorder {

class SignerClient final : public LogWriter {
 public:
  /// Kinds as connect_to (frame.h).
  static base::Result<std::unique_ptr<SignerClient>> connect(const std::string& path);

  base::Result<Head> head() override;
  base::Result<void> append(std::uint64_t at, std::span<const std::string> leaves) override;
  base::Result<std::vector<std::string>> read(std::uint64_t from, std::uint64_t to) override;

 private:
  explicit SignerClient(Descriptor socket) : socket_(std::move(socket)) {}
  base::Result<std::string> ask(std::string_view request);
  Descriptor socket_;
  std::string failed_;
};

/// A signer that was off for long closes many epochs before it answers.
inline constexpr std::chrono::minutes kSignerDeadline{5};

}  // namespace tally::recorder
