// A program that uses a log as the service does, for whoever makes its file system calls fail or kills it, and the
// judge of what is left of the log afterwards.
//
//   faults_session keygen KEY                      a key for the logs; prints its vkey
//   faults_session script ROOT KEY PROMISES        a fixed session, the same calls every time
//   faults_session forever ROOT KEY PROMISES N     appends and publishes until it is killed; for the Nth time
//   faults_session check ROOT KEY PROMISES         opens the log and holds it against the promises
//
// Exit codes: 0 all is well; 3 the log refused to go on, and said why; 1 a promise was broken; 2 wrong arguments.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/ledger/pruning.h"
#include "daemon/recorder/key.h"
#include "tests/faults/judge.h"
#include "tests/faults/promises.h"

using namespace tally;
using namespace std::chrono_literals;

namespace {

using base::Result;
using recorder::Draft;

constexpr int kBroken = 1, kRefused = 3;

/// A log in use. Everything that is promised is written down first, everything that was promised afterwards.
struct Session {
  faults::Place place;
  faults::PromiseFile promises;
  std::optional<recorder::Recorder> log;
  std::uint64_t written = 0;  ///< numbers the drafts

  Result<void> open();
  Result<void> append(std::size_t plain, std::size_t personal, std::size_t bytes = 0);
  Result<void> publish();
  Result<void> prune(std::uint64_t minimum);
  Result<void> pass(std::chrono::minutes time);
};

Result<void> Session::open() {
  log.reset();
  auto opened = recorder::Recorder::open(place.options());
  if (!opened) return tl::unexpected(opened.error());
  log.emplace(std::move(*opened));
  std::puts(fmt::format("{} entries. {}", log->size(), fmt::join(log->report().sentences(), " ")).c_str());
  std::fflush(stdout);
  return promises.opened(log->size());
}

/// One batch. `bytes` makes each of its entries so much longer.
Result<void> Session::append(std::size_t plain, std::size_t personal, std::size_t bytes) {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < plain + personal; ++i) {
    const std::string fields = fmt::format(R"({{"pad":"{}","seq":{}}})", std::string(bytes, 'x'), written++);
    const std::string person = fmt::format("E{}", written % 7);
    drafts.push_back({"finding_opened", faults::kTime, fields, "", ""});
    if (i >= plain) drafts.back().personal = fmt::format(R"({{"name":"Jane Doe {}"}})", written);
    if (i >= plain) drafts.back().subject_key = person;
  }
  if (auto told = promises.trying(log->size(), drafts.size()); !told) return told;
  const auto receipt = log->append(drafts);
  if (!receipt) return tl::unexpected(receipt.error());
  return promises.recorded(*receipt);
}

Result<void> Session::publish() {
  auto note = log->publish();
  if (!note) return tl::unexpected(note.error());
  return {};
}

/// The bundles before `minimum` go, and the personal values of their entries. A log that has not come so far refuses.
Result<void> Session::prune(std::uint64_t minimum) {
  const ledger::Pruned pruned{minimum, 0, base::sha256("the policy"), {}};
  const std::vector<Draft> draft{
      {std::string(ledger::entry_type::kLogPruned), place.time.clock().wall(), pruned.fields(), "", ""}};
  if (auto told = promises.trying(log->size(), 1); !told) return told;
  const auto receipt = log->append(draft);
  if (!receipt && receipt.error().kind == base::ErrorKind::malformed) return {};
  if (!receipt) return tl::unexpected(receipt.error());
  if (auto told = promises.recorded(*receipt); !told) return told;
  if (auto published = publish(); !published) return published;
  const auto rows = log->prune_personal(minimum);
  if (!rows) return tl::unexpected(rows.error());
  return {};
}

/// An epoch that is over is closed by whatever is done next.
Result<void> Session::pass(std::chrono::minutes time) {
  *place.time.passed += time;
  return {};
}

/// What the script does, one step after the other; a new step needs no more than a line here.
const std::vector<std::function<Result<void>(Session&)>>& steps() {
  static const std::vector<std::function<Result<void>(Session&)>> all{
      [](Session& s) { return s.open(); },
      [](Session& s) { return s.append(2, 0); },
      [](Session& s) { return s.append(1, 2); },
      [](Session& s) { return s.publish(); },
      [](Session& s) { return s.append(240, 20); },  // fills a tile
      [](Session& s) { return s.append(0, 1); },
      [](Session& s) { return s.publish(); },
      [](Session& s) { return s.pass(60min); },
      [](Session& s) { return s.append(1, 1); },
      [](Session& s) { return s.open(); },  // with entries that are not published
      [](Session& s) { return s.append(2, 1, 60'000); },
      [](Session& s) { return s.publish(); },
      [](Session& s) { return s.pass(120min); },  // two epochs at once
      [](Session& s) { return s.publish(); },
      [](Session& s) { return s.append(500, 4); },  // fills two more
      [](Session& s) { return s.publish(); },
      [](Session& s) { return s.pass(40min); },
      [](Session& s) { return s.prune(768); },
      [](Session& s) { return s.append(1, 0); },
      [](Session& s) { return s.publish(); },
  };
  return all;
}

/// After a failure a log accepts nothing more, and may be opened again; then the script goes on.
Result<void> recover(Session& session, const base::Error& error) {
  const std::vector<Draft> sound{{"finding_opened", faults::kTime, "{}", "", ""}};
  if (session.log && (session.log->append(sound) || session.log->publish())) {
    return base::failure(base::ErrorKind::corrupt, "the log goes on after \"" + error.message + '"');
  }
  auto opened = session.open();
  if (!opened) session.log.reset();
  return opened;
}

int run_script(Session& session) {
  for (const auto& step : steps()) {
    auto done = step(session);
    if (!done) done = recover(session, done.error());
    if (done) continue;
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return done.error().message.starts_with("the log goes on") ? kBroken : kRefused;
  }
  return 0;
}

int run_for_ever(Session& session, unsigned times) {
  std::mt19937 random(times);
  session.place.epochs = 5000;
  auto done = session.pass(times * 20min);
  if (done) done = session.open();
  while (done) {
    done = session.append(1 + random() % 20, random() % 4, random() % 16 == 0 ? 9000 : 0);
    if (done && random() % 8 == 0) done = session.publish();
    if (done) done = session.pass(1min);
  }
  std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return kRefused;
}

int fail(const base::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return kBroken;
}

int run(std::string_view what, const faults::Place& place, unsigned times) {
  if (what == "check") {
    *place.time.passed = 10h;
    const auto judged = faults::judge(place);
    if (!judged) return fail(judged.error());
    std::printf("%s\n", judged->c_str());
    return 0;
  }
  auto promises = faults::PromiseFile::open(place.promises);
  if (!promises) return fail(promises.error());
  Session session{place, std::move(*promises), {}, 0};
  return what == "script" ? run_script(session) : run_for_ever(session, times);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "keygen") {
    const auto vkey = recorder::keygen("audit.example.com/hostA", words[1]);
    if (!vkey) return fail(vkey.error());
    std::puts(vkey->c_str());
    return 0;
  }
  const bool forever = words.size() == 5 && words[0] == "forever";
  if (!forever && !(words.size() == 4 && (words[0] == "script" || words[0] == "check"))) return 2;
  return run(words[0], {words[1], words[2], words[3]}, forever ? static_cast<unsigned>(std::stoul(words[4])) : 0);
}
