#include "connectors/directory/replica_format.h"

#include <unistd.h>

#include <cerrno>

namespace tally::directory::replica_format {
namespace {

void write_instant(base::Instant at, std::string& out) {
  const auto count = static_cast<std::uint64_t>(at.time_since_epoch().count());
  for (unsigned shift = 0; shift < 64; shift += 8) out += static_cast<char>(count >> shift & 0xffU);
}

std::optional<base::Instant> take_instant(std::string_view& in) {
  if (in.size() < 8) return std::nullopt;
  std::uint64_t count = 0;
  for (unsigned i = 0; i < 8; ++i) count |= static_cast<std::uint64_t>(static_cast<unsigned char>(in[i])) << 8U * i;
  in.remove_prefix(8);
  return base::Instant(base::Duration(static_cast<std::int64_t>(count)));
}

}  // namespace

std::string header(std::string_view identity) {
  std::string out(kMagic);
  write_number(identity.size(), out);
  return out += identity;
}

std::optional<std::string_view> take_header(std::string_view& in) {
  if (!in.starts_with(kMagic)) return std::nullopt;
  std::string_view rest = in.substr(kMagic.size());
  const auto size = take_number(rest);
  if (!size || *size > rest.size() || *size > kMaxIdentityBytes) return std::nullopt;
  in = rest.substr(*size);
  return rest.substr(0, *size);
}

void write(char tag, std::string_view body, std::string& out) {
  out += tag;
  write_number(body.size(), out);
  out += body;
}

std::optional<Record> take(std::string_view& in) {
  if (in.empty()) return std::nullopt;
  std::string_view rest = in.substr(1);
  const auto size = take_number(rest);
  if (!size || *size > rest.size()) return std::nullopt;
  const Record out{in.front(), rest.substr(0, *size)};
  in = rest.substr(*size);
  return out;
}

std::string commit_body(const ReplicaState& state) {
  std::string out;
  write_instant(state.read_in_full, out);
  write_instant(state.followed, out);
  write_number(state.counted, out);
  return out += state.feed;
}

std::optional<ReplicaState> read_commit(std::string_view body) {
  const auto full = take_instant(body);
  const auto followed = take_instant(body);
  const auto counted = take_number(body);
  if (!full || !followed || !counted || body.size() > ReplicaState::kMaxFeedBytes) return std::nullopt;
  return ReplicaState{*full, *counted, *followed, std::string(body)};
}

base::Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::system_failure("writing the replica", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace tally::directory::replica_format
