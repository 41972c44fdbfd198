#include "daemon/recorder/signer_client.h"

#include <utility>

#include "daemon/recorder/frame.h"
#include "daemon/recorder/signer_protocol.h"

namespace tally::recorder {

using base::Result;

Result<std::unique_ptr<SignerClient>> SignerClient::connect(const std::string& path) {
  auto socket = connect_to(path);
  if (!socket) return tl::unexpected(socket.error());
  return std::unique_ptr<SignerClient>(new SignerClient(std::move(*socket)));
}

Result<std::string> SignerClient::ask(std::string_view request) {
  if (!failed_.empty()) {
    return base::failure(base::ErrorKind::unavailable, "the signer answers no more (" + failed_ + "): connect again");
  }
  auto sent = send_frame(socket_.get(), request, kSignerDeadline);
  auto reply = sent ? receive_frame(socket_.get(), kMaxFrameBytes, kSignerDeadline) : tl::unexpected(sent.error());
  if (!reply) failed_ = reply.error().message;
  return reply;
}

Result<Head> SignerClient::head() {
  const auto reply = ask(encode(HeadRequest{}));
  if (!reply) return tl::unexpected(reply.error());
  return parse_head(*reply);
}

Result<void> SignerClient::append(std::uint64_t at, std::span<const std::string> leaves) {
  const auto reply = ask(encode_append(at, leaves));
  if (!reply) return tl::unexpected(reply.error());
  return parse_done(*reply);
}

Result<std::vector<std::string>> SignerClient::read(std::uint64_t from, std::uint64_t to) {
  const auto reply = ask(encode(ReadRequest{from, to}));
  if (!reply) return tl::unexpected(reply.error());
  return parse_leaves(*reply);
}

}  // namespace tally::recorder
