// Writes a log of N entries in a few publications, or STEP entries at a time, for verifiers. Prints the vkey.
//   ledger_write_log FOLDER ENTRIES [STEP]
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "daemon/recorder/key.h"
#include "daemon/recorder/recorder.h"

using namespace tally;

namespace {

int fail(const base::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return 1;
}

std::vector<recorder::Draft> make_drafts(std::uint64_t n, base::Instant time) {
  std::vector<recorder::Draft> drafts;
  for (std::uint64_t i = 0; i < n; ++i) {
    drafts.push_back({"finding_opened", time, fmt::format(R"({{"rule":"LVR-001","seq":{}}})", i),
                      R"({"name":"Jane Doe"})", fmt::format("E{}", i % 50)});
  }
  return drafts;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) return 2;
  const std::string folder = argv[1];
  const std::uint64_t total = std::strtoull(argv[2], nullptr, 10);
  const std::uint64_t step = argc == 4 ? std::strtoull(argv[3], nullptr, 10) : total / 3 + 1;
  const base::Instant time = *base::parse_instant("2026-03-31T22:00:00Z");
  const auto vkey = recorder::keygen("audit.example.com/hostA", folder + "/log.key");
  if (!vkey) return fail(vkey.error());
  auto log =
      recorder::Recorder::open({folder + "/root", folder + "/log.key", recorder::Clock::fixed(time), {}, nullptr});
  if (!log) return fail(log.error());
  std::printf("%s\n", vkey->c_str());
  std::fflush(stdout);
  while (log->size() < total) {
    const auto drafts = make_drafts(std::min(total - log->size(), step), time);
    if (auto receipt = log->append(drafts); !receipt) return fail(receipt.error());
    if (auto note = log->publish(); !note) return fail(note.error());
  }
  return 0;
}
