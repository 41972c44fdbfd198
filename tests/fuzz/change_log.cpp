// A Retro Changelog of anybody's making: changes that were read are written and read again as the same; whatever the
// log says of two accounts and a group, what follows is a fact or has a reason.
//
// Input: for each change a byte (type, target, whether its id is given), two for the length, and the text of `changes`.
#include <algorithm>
#include <string>
#include <vector>

#include "connectors/directory/change_log.h"
#include "connectors/directory/change_text.h"
#include "connectors/directory/ldif_reader.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"
#include "tests/support/base64.h"

namespace tally::directory {
namespace {

constexpr std::string_view kDirectory =
    "dn: uid=jane,dc=t\nobjectClass: inetOrgPerson\nuid: jane\nnsUniqueId: 11111111-11111111-11111111-11111111\n"
    "createTimestamp: 20200101000000Z\nnsAccountLock: true\n\n"
    "dn: uid=bob,dc=t\nobjectClass: inetOrgPerson\nuid: bob\nnsUniqueId: 22222222-22222222-22222222-22222222\n"
    "createTimestamp: 20260315000000Z\n\n"
    "dn: cn=g,dc=t\nobjectClass: groupOfNames\ncn: g\nnsUniqueId: 33333333-33333333-33333333-33333333\n"
    "createTimestamp: 20200101000000Z\nmodifyTimestamp: 20260520000000Z\nmember: uid=jane,dc=t\nmember: "
    "uid=bob,dc=t\n\n";

struct One {
  std::string name;
  LogOp op = LogOp::added;
  std::optional<std::string> value;
  friend bool operator==(const One&, const One&) = default;
};

std::optional<std::vector<One>> modifications(std::string_view text) {
  std::vector<One> out;
  const bool read = ChangeText(text).modifications([&](const LoggedModification& one) {
    out.push_back({std::string(one.attribute), one.op, std::optional<std::string>(one.value)});
  });
  return read ? std::optional(out) : std::nullopt;
}

/// What was read is what was written, each value in a modification of its own.
void texts(std::string_view changes) {
  const auto read = modifications(changes);
  if (!read) return;
  std::string again;
  for (const One& one : *read) {
    TALLY_ASSERT(one.op != LogOp::boundary && !one.name.empty());
    const char* how = one.op == LogOp::added      ? "add"
                      : one.op == LogOp::removed  ? "delete"
                      : one.op == LogOp::replaced ? "replace"
                                                  : "increment";
    again += std::string(how) + ": " + one.name + "\n";
    if (one.value) again += one.name + ":: " + support::base64(*one.value) + "\n";
    again += "-\n";
  }
  TALLY_ASSERT(modifications(again) == read);
}

void take(ChangeLog& log, std::uint64_t number, std::uint8_t how, std::string_view changes) {
  static constexpr const char* kTypes[] = {"modify", "modify", "add", "delete", "modrdn"};
  static constexpr std::pair<const char*, const char*> kTargets[] = {
      {"uid=jane,dc=t", "11111111-11111111-11111111-11111111"},
      {"uid=bob,dc=t", "22222222-22222222-22222222-22222222"},
      {"cn=g,dc=t", "33333333-33333333-33333333-33333333"},
      {"cn=gone,dc=t", "44444444-44444444-44444444-44444444"}};
  Entry entry;
  entry.start("changenumber=x,cn=changelog");
  const auto put = [&entry](std::string_view name, std::string_view value) {
    entry.attribute(name);
    entry.value(value);
  };
  const std::string time = "202603" + std::to_string(10 + number % 20) + "000000Z", written = std::to_string(number);
  put("changeNumber", written);
  put("changeTime", time);
  put("changeType", kTypes[how % 5U]);
  put("targetDn", kTargets[how / 5U % 4U].first);
  if (how < 128) put("targetUniqueId", kTargets[how / 5U % 4U].second);
  if (!changes.empty()) put("changes", changes);
  log.take(entry);
}

void check(const model::Harvest& harvest, const model::TimeFact& fact) {
  if (fact.state == model::TimeState::known) TALLY_ASSERT(fact.bounds.earliest <= fact.bounds.latest);
  TALLY_ASSERT(!harvest.text.view(fact.basis).empty());
}

void histories(fuzz::Input input) {
  ProfileOptions options;
  options.dialect = Dialect::ds389;
  options.bases = {"dc=t"};
  if (input.byte() % 2 == 1) options.disabled_when = {"employeeType=gone"};
  model::Harvest harvest;
  harvest.source.coverage.state = model::CoverageState::complete;
  const auto profile = Profile::create(options, *base::parse_instant("2026-06-01T00:00:00Z"));
  TableBuilder builder(options, harvest);
  LdifReader reader({[&](const Entry& e) { (*profile)->decode(e, builder); }, [](const model::Reject&) {}});
  reader.feed(kDirectory);
  reader.finish();
  ChangeLog log(options);
  for (std::uint64_t number = 1; !input.empty(); ++number) {
    const std::uint8_t how = input.byte();
    const std::string_view changes = input.take(input.word() % 2048U);
    texts(changes);
    take(log, number, how, changes);
  }
  TALLY_ASSERT(log.unreadable() == 0 && log.missing() == 0 && log.without_changes() <= log.taken());
  (*profile)->finish(builder);
  log.tell(builder);
  builder.finish();
  for (const model::TimeFact& fact : harvest.accounts.switched) check(harvest, fact);
  for (const model::TimeFact& fact : harvest.accounts.removed) check(harvest, fact);
  for (const model::TimeFact& fact : harvest.membership_times.since) check(harvest, fact);
  TALLY_ASSERT(harvest.membership_times.size() <= 2);
}

}  // namespace
}  // namespace tally::directory

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::directory::histories(tally::fuzz::Input(data, size));
  return 0;
}
