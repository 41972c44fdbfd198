#include "daemon/recorder/signer_protocol.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "daemon/ledger/tile.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

constexpr char kHead = 'H', kAppend = 'A', kRead = 'R';
constexpr char kDone = '+', kRefused = '-';
constexpr auto kLastKind = static_cast<unsigned char>(ErrorKind::io);

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

/// Takes a number from the front; nothing when there are fewer bytes.
std::optional<std::uint64_t> take(std::string_view& bytes, std::size_t length) {
  if (bytes.size() < length) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : bytes.substr(0, length)) value = value << 8 | static_cast<unsigned char>(c);
  bytes.remove_prefix(length);
  return value;
}

std::string bundle_of(std::string head, std::span<const std::string> leaves) {
  std::size_t size = head.size();
  for (const std::string& leaf : leaves) size += 2 + leaf.size();
  head.reserve(size);
  for (const std::string& leaf : leaves) ledger::add_to_bundle(head, leaf);
  return head;
}

Result<std::vector<std::string>> leaves_of(std::string_view bundle) {
  std::vector<std::string> leaves;
  while (!bundle.empty()) {
    const ledger::BundleParts parts = ledger::split_bundle(bundle);  // 256 at a time
    if (parts.entries.empty()) return failure(ErrorKind::malformed, "a leaf is cut off");
    leaves.insert(leaves.end(), parts.entries.begin(), parts.entries.end());
    bundle = parts.rest;
  }
  return leaves;
}

/// What follows the "+", or the error that stands there instead.
Result<std::string_view> body_of(std::string_view reply) {
  if (reply.starts_with(kDone)) return reply.substr(1);
  if (reply.size() < 2 || reply[0] != kRefused || static_cast<unsigned char>(reply[1]) > kLastKind) {
    return failure(ErrorKind::malformed, "the signer's reply cannot be read");
  }
  return failure(static_cast<ErrorKind>(static_cast<unsigned char>(reply[1])), std::string(reply.substr(2)));
}

}  // namespace

std::string encode(const HeadRequest&) { return {kHead}; }

std::string encode_append(std::uint64_t at, std::span<const std::string> leaves) {
  std::string head{kAppend};
  put(head, at, 8);
  return bundle_of(std::move(head), leaves);
}

std::string encode(const ReadRequest& request) {
  std::string bytes{kRead};
  put(bytes, request.from, 8);
  put(bytes, request.to, 8);
  return bytes;
}

Result<Request> parse_request(std::string_view bytes) {
  const auto bad = [](std::string_view why) { return failure(ErrorKind::malformed, fmt::format("a request {}", why)); };
  if (bytes.empty()) return bad("without a verb");
  const char verb = bytes[0];
  bytes.remove_prefix(1);
  if (verb == kHead) return bytes.empty() ? Result<Request>(HeadRequest{}) : bad("for the head with more behind it");
  if (verb == kAppend) {
    const auto at = take(bytes, 8);
    if (!at) return bad("to append that is cut off");
    auto leaves = leaves_of(bytes);
    if (!leaves) return tl::unexpected(leaves.error().within("a request to append"));
    return AppendRequest{*at, std::move(*leaves)};
  }
  if (verb != kRead) return bad("with a verb that there is not");
  const auto from = take(bytes, 8);
  const auto to = take(bytes, 8);
  if (!from || !to || !bytes.empty()) return bad("to read that is not two numbers");
  return ReadRequest{*from, *to};
}

std::string encode_reply(const Head& head) {
  std::string reply{kDone};
  put(reply, head.size, 8);
  put(reply, head.vkey.size(), 2);
  return reply + head.vkey + head.note;
}

std::string encode_reply(std::span<const std::string> leaves) { return bundle_of({kDone}, leaves); }

std::string encode_done() { return {kDone}; }

std::string encode_reply(const base::Error& error) {
  return std::string{kRefused, static_cast<char>(error.kind)} + error.message;
}

Result<Head> parse_head(std::string_view reply) {
  auto body = body_of(reply);
  if (!body) return tl::unexpected(body.error());
  const auto size = take(*body, 8);
  const auto length = take(*body, 2);
  if (!size || !length || body->size() < *length) return failure(ErrorKind::malformed, "the signer's head is cut off");
  return Head{std::string(body->substr(0, *length)), *size, std::string(body->substr(*length))};
}

Result<std::vector<std::string>> parse_leaves(std::string_view reply) {
  const auto body = body_of(reply);
  if (!body) return tl::unexpected(body.error());
  return leaves_of(*body);
}

Result<void> parse_done(std::string_view reply) {
  const auto body = body_of(reply);
  if (!body) return tl::unexpected(body.error());
  if (!body->empty()) return failure(ErrorKind::malformed, "the signer's reply has something behind it");
  return {};
}

}  // namespace tally::recorder
