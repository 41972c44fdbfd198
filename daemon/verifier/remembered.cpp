#include "daemon/verifier/remembered.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>

#include "daemon/verifier/input.h"

namespace tally::verifier {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

constexpr std::string_view kMagic = "tallystick-verified/v1\n";

constexpr std::string_view kEpochs = "epochs ";

/// The number in "epochs 12".
std::optional<std::uint64_t> epochs_in(std::string_view line) {
  std::uint64_t count = 0;
  if (!line.starts_with(kEpochs)) return std::nullopt;
  line.remove_prefix(kEpochs.size());
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), count);
  if (error != std::errc() || end != line.data() + line.size()) return std::nullopt;
  return count;
}

int write_durably(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return ::fsync(fd) == 0 ? 0 : errno;
}

}  // namespace

Result<Remembered> Remembered::parse(std::string_view bytes) {
  const auto bad = [](std::string_view why) {
    return failure(ErrorKind::malformed, fmt::format("no file that --remember wrote: {}", why));
  };
  if (!bytes.starts_with(kMagic)) return bad("it does not begin with tallystick-verified/v1");
  bytes.remove_prefix(kMagic.size());
  Remembered out;
  for (;;) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) return bad("it ends before the checkpoint");
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 1);
    if (line.empty()) break;
    out.trusted.emplace_back(line);
  }
  const auto epochs = out.trusted.empty() ? std::nullopt : epochs_in(out.trusted.back());
  if (!epochs) return bad("no line says how many epochs were closed");
  out.epochs_closed = *epochs;
  out.trusted.pop_back();
  out.note = bytes;
  return out;
}

std::string Remembered::format() const {
  std::string out(kMagic);
  for (const std::string& line : trusted) out += line + "\n";
  return out + fmt::format("{}{}\n\n", kEpochs, epochs_closed) + note;
}

Result<std::optional<Remembered>> recall(const std::string& path) {
  const auto bytes = read_input(path);
  if (!bytes && bytes.error().kind == ErrorKind::not_found) return std::optional<Remembered>();
  if (!bytes) return tl::unexpected(bytes.error());
  auto parsed = Remembered::parse(*bytes);
  if (!parsed) return tl::unexpected(parsed.error().within(path));
  return std::optional(std::move(*parsed));
}

Result<void> remember(const std::string& path, const Remembered& what) {
  const std::string fresh = path + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return base::system_failure(fresh, errno);
  const int error = write_durably(fd, what.format());
  ::close(fd);
  if (error != 0) return base::system_failure(fresh, error);
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return base::system_failure(path, errno);
  return {};
}

}  // namespace tally::verifier
