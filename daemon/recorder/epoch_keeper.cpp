#include "daemon/recorder/epoch_keeper.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <utility>

#include "daemon/ledger/entry.h"

namespace tally::recorder {
namespace {

using base::ErrorKind;
using base::failure;
using base::Result;

tl::unexpected<base::Error> corrupt(std::string message) { return failure(ErrorKind::corrupt, std::move(message)); }

std::string keys_path(const Layout& layout) { return layout.log() + "/" + std::string(ledger::kEpochKeysPath); }

/// Changes with every start of the kernel; empty where /proc/sys is hidden.
std::string boot_id() {
  auto text = read_file("/proc/sys/kernel/random/boot_id");
  if (!text) return {};
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return std::move(*text);
}

/// The published key of the secret's epoch is the one that the secret makes.
Result<void> check_secret(const Layout& layout, const ledger::EpochPlan& plan, const Ratchet& ratchet,
                          const std::string& origin) {
  const auto keys = read_file(keys_path(layout));
  if (!keys) return corrupt(keys.error().message);
  if (keys->size() != plan.count * sizeof(ledger::PublicKey) || ledger::epoch_keys_root(*keys) != plan.root) {
    return corrupt(keys_path(layout) + ": not the epoch keys that the genesis entry promises");
  }
  const ledger::PublicKey made = ratchet.key(origin).verifier().bytes;
  const std::string_view bytes(reinterpret_cast<const char*>(made.data()), made.size());
  if (ratchet.epoch() < plan.count && keys->substr(ratchet.epoch() * made.size(), made.size()) == bytes) return {};
  return corrupt(
      fmt::format("{}: the secret is not that of epoch {} of this log", layout.epoch_state(), ratchet.epoch()));
}

}  // namespace

Result<EpochKeeper> EpochKeeper::create(FileOperations& files, const Layout& layout, ledger::EpochPlan plan) {
  plan.start = std::chrono::floor<std::chrono::seconds>(plan.start);
  if (plan.count > ledger::kMaxEpochs || plan.period < ledger::kMinEpochPeriod) {
    return failure(ErrorKind::malformed,
                   fmt::format("{} epochs of {} s: at most {}, of at least {} s", plan.count, plan.period.count(),
                               ledger::kMaxEpochs, ledger::kMinEpochPeriod.count()));
  }
  if (sodium_init() < 0) return failure(ErrorKind::unavailable, "no source of random numbers");
  Ratchet first = Ratchet::fresh();
  const std::string keys = public_keys(first, plan.count);
  plan.root = ledger::epoch_keys_root(keys);
  Staging staging(files, layout.staging());
  if (auto saved = staging.save(keys_path(layout), keys); !saved) return tl::unexpected(saved.error());
  auto state = EpochState::open(files, layout.epoch_state());
  if (!state) return tl::unexpected(state.error());
  if (auto saved = state->save(first); !saved) return tl::unexpected(saved.error());
  return EpochKeeper(layout, plan, std::move(*state), std::move(first));
}

Result<EpochKeeper> EpochKeeper::resume(FileOperations& files, const Layout& layout, const ledger::EpochPlan& plan,
                                        const std::string& origin) {
  if (!exists(layout.epoch_state())) {
    return corrupt(layout.epoch_state() + ": missing, so nothing can be signed in this log any more");
  }
  auto state = EpochState::open(files, layout.epoch_state());
  if (!state) return tl::unexpected(state.error());
  if (!state->ratchet()) return corrupt(layout.epoch_state() + ": holds no epoch's secret");
  Ratchet current = state->ratchet()->duplicate();
  if (auto fits = check_secret(layout, plan, current, origin); !fits) return tl::unexpected(fits.error());
  return EpochKeeper(layout, plan, std::move(*state), std::move(current));
}

std::string EpochKeeper::sign(std::string_view origin, std::string_view text) const {
  return current_.key(origin).sign(text);
}

Result<std::vector<std::string>> EpochKeeper::closing_leaves(const Clock& clock, std::uint64_t size) const {
  const base::Instant now = clock.wall();
  const std::uint64_t end = std::min(plan_.at(now), epoch() + kMaxClosingsAtOnce);
  const auto mono = static_cast<std::uint64_t>(clock.since_boot().count());
  const std::string boot = boot_id();
  std::vector<std::string> leaves;
  for (std::uint64_t n = epoch(); n < end; ++n) {
    const ledger::EpochClosed closed{n, size + leaves.size(), mono, boot};
    auto leaf = ledger::make_leaf({ledger::entry_type::kEpochClosed, now, {}, {}}, closed.fields());
    if (!leaf) return tl::unexpected(leaf.error());
    leaves.push_back(std::move(*leaf));
  }
  return leaves;
}

Result<void> EpochKeeper::forget_closed() {
  if (state_.ratchet()->epoch() == current_.epoch()) return {};
  return state_.save(current_);
}

Result<void> EpochKeeper::forget_published(std::uint64_t size,
                                           const std::function<Result<std::string>(std::uint64_t)>& leaf_at) {
  std::uint64_t next = epoch();  // behind the last closing at the tail
  for (std::uint64_t i = size; i > 0; --i) {
    const auto leaf = leaf_at(i - 1);
    if (!leaf) return tl::unexpected(leaf.error());
    const auto closing = ledger::EpochClosed::of(*leaf);
    if (!closing) return tl::unexpected(closing.error());
    if (!*closing || (*closing)->epoch < epoch()) break;
    next = std::max(next, (*closing)->epoch + 1);
  }
  while (current_.epoch() < next) closed();
  if (epoch() > 0 && !exists(layout_.log() + "/" + ledger::closing_path(epoch() - 1))) {
    return corrupt(
        fmt::format("the log lacks the end of epoch {}, which was closed: it is from an older copy", epoch() - 1));
  }
  return forget_closed();
}

Result<void> save_certificate(FileOperations& files, const Layout& layout, const ledger::VerifierKey& log_key,
                              const ledger::EpochPlan* plan, const std::string& path) {
  const auto bytes = read_file(path);
  if (!bytes) return tl::unexpected(bytes.error());
  const auto note = ledger::Note::parse(*bytes);
  if (!note) return tl::unexpected(note.error().within(path));
  const auto certificate = ledger::Certificate::parse(note->text);
  if (!certificate) return tl::unexpected(certificate.error().within(path));
  if (plan == nullptr) return failure(ErrorKind::malformed, path + ": this log has no epochs to certify");
  if (*certificate != ledger::Certificate{log_key, *plan}) {
    return failure(ErrorKind::malformed, path + ": certifies another log, key or list of epochs");
  }
  const std::string target = layout.log() + "/" + std::string(ledger::kCertificatePath);
  if (const auto kept = read_file(target); kept && *kept == *bytes) return {};
  return Staging(files, layout.staging()).save(target, *bytes);
}

ClockWatch::ClockWatch(Clock clock) : clock_(std::move(clock)), wall_(clock_.wall()), boot_(clock_.since_boot()) {}

std::optional<ClockWatch::Step> ClockWatch::look(const EpochKeeper* epochs) {
  const base::Instant wall = clock_.wall();
  const std::chrono::milliseconds boot = clock_.since_boot();
  base::Instant expected = wall_ + (boot - boot_);
  if (std::exchange(first_, false) && epochs != nullptr && epochs->epoch() > 0) {
    expected = std::max(expected, epochs->plan().end_of(epochs->epoch() - 1));
  }
  wall_ = wall;
  boot_ = boot;
  if (std::chrono::abs(wall - expected) < kClockStep) return std::nullopt;
  return Step{expected, wall};
}

}  // namespace tally::recorder
