// Writes a log of N entries in a few publications, or STEP entries at a time, for verifiers. Prints the vkey.
//   ledger_write_log FOLDER ENTRIES [STEP [EPOCHS [MINIMUM]]]
// With EPOCHS, each publication ends an epoch until the last of so many is open; the log has a certificate, a witness
// has cosigned the second publication, and the vkeys of root and witness follow, a line each. With a MINIMUM the log is
// pruned up to there at the end.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ledger/epochs.h"
#include "daemon/ledger/pruning.h"
#include "daemon/recorder/key.h"
#include "daemon/recorder/recorder.h"

using namespace tally;
using base::Result;

namespace {

constexpr std::string_view kOrigin = "audit.example.com/hostA";
constexpr std::chrono::hours kEpoch{1};

/// What was asked for, and where the clocks are: both at their beginning plus `passed`.
struct Order {
  std::string folder;
  std::uint64_t entries = 0, step = 0, epochs = 0, minimum = 0;
  base::Instant begin = *base::parse_instant("2026-03-31T22:00:00Z");
  std::chrono::hours passed{0};

  [[nodiscard]] std::string key() const { return folder + "/log.key"; }
  [[nodiscard]] std::string root() const { return folder + "/root"; }
};

std::vector<recorder::Draft> make_drafts(std::uint64_t n, base::Instant time) {
  std::vector<recorder::Draft> drafts;
  for (std::uint64_t i = 0; i < n; ++i) {
    drafts.push_back({"finding_opened", time, fmt::format(R"({{"rule":"LVR-001","seq":{}}})", i),
                      R"({"name":"Jane Doe"})", fmt::format("E{}", i % 50)});
  }
  return drafts;
}

/// A fresh key beside the log; its vkey is printed.
Result<recorder::SigningKey> make_key(std::string_view name, const std::string& path, ledger::KeyType type) {
  const auto vkey = recorder::keygen(name, path, type);
  if (!vkey) return tl::unexpected(vkey.error());
  std::puts(vkey->c_str());
  std::fflush(stdout);
  return recorder::SigningKey::load(path, type);
}

Result<recorder::Recorder> open(const Order& order, const std::string& certificate = {}) {
  recorder::SignedLogOptions options{order.root(), order.key(), {}, {order.epochs, kEpoch}, nullptr};
  options.clock.wall = [&order] { return order.begin + order.passed; };
  options.clock.since_boot = [&order] { return order.passed; };
  options.settings.certificate = certificate;
  options.settings.prune_after = kEpoch;
  return recorder::Recorder::open(options);
}

/// The certificate that an offline root makes of what stands in the first entry (`tallystick certify`).
Result<void> certify(const Order& order, const std::string& path) {
  const auto log_key = recorder::SigningKey::load(order.key());
  const auto root = make_key("root.example.com", order.folder + "/root.key", ledger::KeyType::ed25519);
  auto log = recorder::LogReader::open(order.root());
  if (!log_key || !root || !log) return base::failure(base::ErrorKind::io, "no key of the log or the root, or no log");
  const auto genesis = log->read(0, 1);
  if (!genesis) return tl::unexpected(genesis.error());
  const auto plan = ledger::EpochPlan::of(genesis->entries().front().leaf);
  if (!plan) return tl::unexpected(plan.error());
  const std::string text = ledger::Certificate{log_key->verifier(), **plan}.format();
  std::ofstream(path) << text << '\n' << root->sign(text);
  return {};
}

/// `witnessed`, as the recorder writes it when a witness has answered.
Result<void> witness(const Order& order, const std::string& note) {
  const auto key = make_key("witness.example.com/w1", order.folder + "/witness.key", ledger::KeyType::cosignature_v1);
  if (!key) return tl::unexpected(key.error());
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  std::ofstream(order.root() + "/log/witnessed") << note << key->cosign(text, 1'775'000'000);
  return {};
}

Result<void> prune(Order& order, recorder::Recorder& log) {
  order.passed += 2 * kEpoch;
  const ledger::Pruned pruned{order.minimum, 0, base::sha256("the policy"), {}};
  const recorder::Draft draft{"log_pruned", order.begin + order.passed, pruned.fields(), "", ""};
  if (auto receipt = log.append({&draft, 1}); !receipt) return tl::unexpected(receipt.error());
  if (auto note = log.publish(); !note) return tl::unexpected(note.error());
  return {};
}

Result<void> write(Order& order) {
  auto log = open(order);
  if (!log) return tl::unexpected(log.error());
  if (order.epochs != 0) {
    const std::string certificate = order.folder + "/certificate";
    if (auto made = certify(order, certificate); !made) return made;
    log = base::failure(base::ErrorKind::io, "closed");  // one writer at a time
    if (log = open(order, certificate); !log) return tl::unexpected(log.error());
  }
  for (int publication = 1; log->size() < order.entries; ++publication) {
    const auto drafts = make_drafts(std::min(order.entries - log->size(), order.step), order.begin + order.passed);
    if (auto receipt = log->append(drafts); !receipt) return tl::unexpected(receipt.error());
    const auto note = log->publish();
    if (!note) return tl::unexpected(note.error());
    if (order.epochs == 0) continue;
    if (publication == 2) {
      if (auto done = witness(order, *note); !done) return done;
    }
    order.passed += kEpoch;
  }
  if (auto note = log->publish(); !note) return tl::unexpected(note.error());
  return order.minimum == 0 ? Result<void>() : prune(order, *log);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 6) return 2;
  const auto number = [&](int i, std::uint64_t otherwise) {
    return argc > i ? std::strtoull(argv[i], nullptr, 10) : otherwise;
  };
  Order order{argv[1], number(2, 0), 0, number(4, 0), number(5, 0)};
  order.step = number(3, order.entries / 3 + 1);
  const auto key = make_key(kOrigin, order.key(), ledger::KeyType::ed25519);
  const auto written = key ? write(order) : tl::unexpected(key.error());
  if (written) return 0;
  std::fprintf(stderr, "%s\n", written.error().message.c_str());
  return 1;
}
