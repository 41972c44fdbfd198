// Erasing a person: what goes, what stays provable, who is kept from it, and what a crash at each step leaves.
#include "daemon/pipeline/erasure.h"
#include "daemon/pipeline/state_folder.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/archive/links_archive.h"
#include "daemon/archive/run_archive.h"
#include "daemon/ledger/log_directory.h"
#include "daemon/ledger/verify.h"
#include "daemon/pipeline/catch_up.h"
#include "tests/support/erased.h"
#include "tests/unit/daemon/pipeline/deciders.h"

namespace tally::pipeline {
namespace {

using base::ErrorKind;
using support::files_naming;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string kDana = "account/ad/guid-dweissok";
const std::vector<std::string> kHers = {"Dana Weiss-Okonkwo", "dweissok", "CN=dweissok,DC=example",
                                        "dweissok@example.com", "004711"};
const std::vector<std::string> kTheOthers = {"Ada Lovelace", "alovelace"};

/// Dana left and her account works; so does Ada's, who stays here.
model::Harvest company() {
  return hr({{"004711", "Dana Weiss-Okonkwo", at("2026-03-31T00:00:00Z")},
             {"000815", "Ada Lovelace", at("2026-03-30T00:00:00Z")}});
}
model::Harvest logins() { return directory({{"dweissok", "004711", true}, {"alovelace", "000815", true}}); }

class Erasure : public testing::Test {
 protected:
  Erasure() {
    stage_.keep_snapshots = 3;
    open();
    audit();
    audit();
    std::ofstream(stage_.state() + "/report.html") << "<td>dweissok (ad)</td>";
    std::ofstream(stage_.state() + "/plain.html") << "<td>nobody</td>";
    std::filesystem::create_directory(replicas_path(stage_.state()));
    std::ofstream(replicas_path(stage_.state()) + "/ad.tsr") << "CN=dweissok,DC=example";
  }
  void open() {
    keeping_.reset();
    auto kept =
        open_kept({stage_.state(), stage_.key(), recorder::Clock::fixed(stage_.now()), {}, [&](const std::string& s) {
                     told_ += s;
                   }});
    ASSERT_TRUE(kept) << kept.error().message;
    keeping_.emplace(std::move(*kept));
  }
  void audit() {
    const auto report = stage_.audit(*keeping_, company(), logins());
    ASSERT_TRUE(report) << report.error().message;
  }
  base::Result<model::RecordedCommand> erase(const std::string& subject, bool dry_run = false,
                                             const std::string& basis = "Art. 17(1)(a) GDPR") {
    return stage_.command(*keeping_, decisions::Erase{subject, basis, "DPO-17", dry_run}, kAnna);
  }
  std::uint64_t hold(const std::string& subject, const model::Author& by = kBela) {
    const auto set = stage_.command(*keeping_, decisions::SetHold{subject, stage_.now() + 30 * kDay, "lawsuit"}, by);
    EXPECT_TRUE(set) << set.error().message;
    return set ? set->log_index : 0;
  }
  std::vector<std::string> leaves(const std::string& type) {
    std::vector<std::string> out;
    for (const std::string& leaf : stage_.leaves()) {
      if (leaf.find("\"type\":\"" + type + "\"") != std::string::npos) out.push_back(leaf);
    }
    return out;
  }
  void expect_erased() {
    EXPECT_THAT(files_naming(stage_.state(), kHers), IsEmpty());
    for (const std::string& other : kTheOthers) {
      EXPECT_THAT(files_naming(stage_.state(), {other}), Not(IsEmpty())) << "the others stay";
    }
    EXPECT_FALSE(std::filesystem::exists(stage_.state() + "/report.html"));
    EXPECT_TRUE(std::filesystem::exists(stage_.state() + "/plain.html"));
    expect_verifies();
    expect_store_as_rebuilt();
  }
  void expect_verifies() {
    ASSERT_TRUE(keeping_->lock()->recorder.publish());
    const auto key = ledger::VerifierKey::parse(keeping_->lock()->recorder.vkey());
    const auto log = ledger::LogDirectory::open(log_path(stage_.state()));
    const auto report = ledger::verify(**log, {{*key}, {}});
    EXPECT_TRUE(report.ok()) << report.problems[0].message;
  }
  /// The store is what a rebuild makes of the log.
  void expect_store_as_rebuilt() {
    auto fresh = *store::Store::open(stage_.file("rebuilt.db"));
    ASSERT_TRUE(project_from_log(fresh, stage_.state()));
    const auto live = *keeping_->lock()->store.unresolved_findings(), again = *fresh.unresolved_findings();
    ASSERT_EQ(live.size(), again.size());
    for (std::size_t i = 0; i < live.size(); ++i) {
      EXPECT_EQ(live[i].finding.subject.label, again[i].finding.subject.label);
      EXPECT_EQ(live[i].opened_index, again[i].opened_index);
    }
    EXPECT_EQ(*fresh.next_index(), *keeping_->lock()->store.next_index());
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(stage_.file("rebuilt.db") + suffix);
  }

  Stage stage_;
  std::optional<Keeping> keeping_;
  std::string told_;
};

TEST_F(Erasure, TakesAPersonOutOfEveryFile) {
  ASSERT_THAT(files_naming(stage_.state(), kHers), SizeIs(testing::Ge(kHers.size()))) << "she is there";
  const auto erased = erase("004711");
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_THAT(erased->sentence, AllOf(HasSubstr("Every proof stays valid"), HasSubstr("2 kept runs"),
                                      HasSubstr("1 reports"), HasSubstr("still had them")));
  expect_erased();
  EXPECT_THAT(leaves("erasure_requested"), ElementsAre(AllOf(HasSubstr("Art. 17(1)(a) GDPR"), HasSubstr("DPO-17"),
                                                             HasSubstr("\"uid\":1001"), HasSubstr("\"s:"))));
  EXPECT_THAT(leaves("erasure_done"), SizeIs(1));
}

TEST_F(Erasure, LetsNoValueOfHersOpen) {
  std::vector<std::uint64_t> hers;
  const auto handle = *keeping_->lock()->recorder.handle_of(kDana);
  ASSERT_TRUE(handle);
  const auto all = stage_.leaves();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].find(*handle) != std::string::npos) hers.push_back(i);
  }
  ASSERT_THAT(hers, Not(IsEmpty()));
  ASSERT_TRUE(erase("004711"));
  for (const std::uint64_t index : hers) EXPECT_EQ(*keeping_->lock()->recorder.opening(index), std::nullopt) << index;
}

TEST_F(Erasure, TakesAnAccountOrAHandleForThePersonBehindIt) {
  EXPECT_TRUE(erase(kDana, true)) << "by the account's key";
  const auto handle = *keeping_->lock()->recorder.handle_of(kDana);
  ASSERT_TRUE(handle);
  const auto erased = erase(*handle);
  ASSERT_TRUE(erased) << erased.error().message;
  expect_erased();
  const auto again = erase(*handle);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::not_found);
  EXPECT_THAT(again.error().message, HasSubstr("erased"));
}

TEST_F(Erasure, OnlySaysWhatWouldGoWhenThatIsAsked) {
  const auto before = stage_.leaves().size();
  const auto named = files_naming(stage_.state(), kHers);
  const auto asked = erase("004711", true);
  ASSERT_TRUE(asked) << asked.error().message;
  EXPECT_THAT(asked->sentence, AllOf(HasSubstr("Nothing was done"), HasSubstr("2 kept runs")));
  EXPECT_EQ(stage_.leaves().size(), before);
  EXPECT_EQ(files_naming(stage_.state(), kHers), named);
}

TEST_F(Erasure, DoesNothingToWhomItDoesNotKnow) {
  for (const auto& [subject, kind] :
       {std::pair("4711", ErrorKind::not_found), std::pair("account/ad/guid-nobody", ErrorKind::not_found),
        std::pair("s:00112233445566778899aabbccddeeff", ErrorKind::not_found),
        std::pair("dweissok", ErrorKind::not_found), std::pair("ad/dweissok", ErrorKind::malformed)}) {
    const auto erased = erase(subject);
    ASSERT_FALSE(erased) << subject;
    EXPECT_EQ(erased.error().kind, kind) << erased.error().message;
  }
  EXPECT_THAT(erase("dweissok").error().message, HasSubstr(kDana)) << "a login: the keys to choose from";
  EXPECT_THAT(leaves("erasure_requested"), IsEmpty());
}

TEST_F(Erasure, WantsABasisAndATicketThatNameNobody) {
  for (const std::string basis : {"", "  ", "Dana Weiss-Okonkwo asked for it", "DWEISSOK", "of 004711", "two\nlines"}) {
    const auto erased = erase("004711", false, basis);
    ASSERT_FALSE(erased) << basis;
    EXPECT_EQ(erased.error().kind, ErrorKind::malformed);
  }
  EXPECT_THAT(leaves("erasure_requested"), IsEmpty());
}

TEST_F(Erasure, IsRefusedUnderAHoldAndThatIsRecorded) {
  const std::uint64_t number = hold("004711");
  for (const std::string& subject : {std::string("004711"), kDana}) {
    const auto refused = erase(subject);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_THAT(refused.error().message, HasSubstr(fmt::format("hold {} is in force", number)));
  }
  EXPECT_THAT(leaves("erasure_refused"), SizeIs(2));
  EXPECT_THAT(leaves("erasure_refused"), Contains(HasSubstr(fmt::format("\"holds\":[{}]", number))));
  EXPECT_THAT(erase("000815", true).value().sentence, HasSubstr("would erase")) << "it is about Dana alone";
  EXPECT_THAT(files_naming(stage_.state(), kHers), Not(IsEmpty()));

  ASSERT_TRUE(stage_.command(*keeping_, decisions::ReleaseHold{number, "settled"}, kCarl));
  EXPECT_FALSE(stage_.command(*keeping_, decisions::ReleaseHold{number, ""}, kCarl)) << "once";
  ASSERT_TRUE(erase("004711"));
  expect_erased();
}

TEST_F(Erasure, IsHeldByALogThatWasRebuilt) {
  hold("004711");
  keeping_.reset();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(stage_.store_file() + suffix);
  open();
  EXPECT_THAT(erase("004711").error().message, HasSubstr("is in force"));
}

TEST_F(Erasure, IsPossibleAgainWhenTheHoldIsOver) {
  hold("004711");
  stage_.pass(31 * kDay);
  EXPECT_TRUE(erase("004711"));
}

TEST_F(Erasure, DoesNotTakeAHoldAwayWithWhoSetIt) {
  const std::uint64_t number = hold("000815", {1004, "dweissok"});
  const auto refused = erase("004711");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr(fmt::format("hold {} was set by them", number)));
}

TEST_F(Erasure, WaitsUntilTheSettingsAllowIt) {
  stage_.retention.erase_not_before = std::chrono::hours(90 * 24);
  const auto early = erase("004711");
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::conflict);
  EXPECT_THAT(early.error().message, HasSubstr("erase_not_before"));
  EXPECT_THAT(leaves("erasure_refused"), ElementsAre(HasSubstr("not_before")));
  stage_.pass(91 * kDay);
  EXPECT_TRUE(erase("004711"));
}

TEST_F(Erasure, IsRefusedWhileAnAuditRuns) {
  std::string said;
  const auto report = stage_.audit(*keeping_, company(), logins(), {}, [&](std::string_view stage) {
    if (stage == "evaluating") said = erase("004711").error().message;
  });
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(said, HasSubstr("an audit is running"));
  EXPECT_TRUE(erase("004711"));
}

TEST_F(Erasure, TakesWhatNamesHerInEntriesAboutOthers) {
  ASSERT_TRUE(stage_.command(
      *keeping_, decisions::DecideLink{"account/ad/guid-alovelace", "000815", true, "not of Dana Weiss-Okonkwo"},
      kAnna));
  const auto erased = erase("004711");
  ASSERT_TRUE(erased) << erased.error().message;
  expect_erased();
  const auto links = keeping_->lock()->store.decisions()->links;
  ASSERT_THAT(links, SizeIs(1));
  EXPECT_EQ(links[0].decision.reason, "(erased)");
}

TEST_F(Erasure, LeavesTheNextAuditAsGoodAsNew) {
  const auto erased_and_open = [&] {
    const auto open = *keeping_->lock()->store.unresolved_findings();
    return std::count_if(open.begin(), open.end(), [](const auto& one) { return one.finding.subject.key.empty(); });
  };
  ASSERT_TRUE(erase("004711"));
  EXPECT_GT(erased_and_open(), 0) << "nobody has looked again: no all-clear";
  const auto report = stage_.audit(*keeping_, hr({{"000815", "Ada Lovelace", at("2026-03-30T00:00:00Z")}}),
                                   directory({{"alovelace", "000815", true}}));
  ASSERT_TRUE(report) << report.error().message;
  expect_erased();
  EXPECT_THAT(archive::kept_runs(snapshots_path(stage_.state())), SizeIs(1));
  EXPECT_EQ(erased_and_open(), 0) << "nothing stays open for ever";
  audit();
  EXPECT_THAT(files_naming(stage_.state(), {"Dana Weiss-Okonkwo"}), Not(IsEmpty())) << "HR says it again: new data";
}

TEST_F(Erasure, CutsTheMemoryOfIdentifiersAndNothingElse) {
  ASSERT_TRUE(erase("004711"));
  const auto links = *archive::open_links(snapshots_path(stage_.state()));
  ASSERT_TRUE(links);
  ASSERT_THAT(links->people, SizeIs(1));
  EXPECT_EQ(links->text.view(links->people[0].employee_id), "000815");
  ASSERT_THAT(links->accounts, SizeIs(1));
  EXPECT_EQ(links->text.view(links->accounts[0].key), "account/ad/guid-alovelace");
  EXPECT_THAT(links->complete, Not(IsEmpty()));
}

/// A process of its own that dies as that step begins.
class ErasureCutShort : public Erasure, public testing::WithParamInterface<const char*> {
 protected:
  void die_at(const std::string& step) {
    keeping_.reset();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      Keeping own(*stage_.open());
      static_cast<void>(stage_.command(own, decisions::Erase{"004711", "basis", "ticket", false}, kAnna, {},
                                       [&](std::string_view now) {
                                         if (now == step) ::_exit(7);
                                       }));
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << "it came to that step";
  }
};

TEST_P(ErasureCutShort, IsNotDoneAtAllOrEndedAtTheNextStart) {
  const std::string step = GetParam();
  die_at(step);
  open();
  const bool begun = step != "prepare" && step != "request";
  EXPECT_FALSE(std::filesystem::exists(stage_.state() + "/state/erasing"));
  EXPECT_THAT(leaves("erasure_requested"), SizeIs(begun ? 1 : 0));
  EXPECT_THAT(leaves("erasure_done"), SizeIs(begun ? 1 : 0));
  if (begun) {
    expect_erased();
    EXPECT_EQ(told_.find("is done now") != std::string::npos, step != "plan") << told_;
  } else {
    EXPECT_THAT(files_naming(stage_.state(), kHers), Not(IsEmpty()));
    EXPECT_TRUE(erase("004711"));
    expect_erased();
  }
}

INSTANTIATE_TEST_SUITE_P(EveryStep, ErasureCutShort,
                         testing::Values("prepare", "request", "reports", "runs", "replicas", "links", "values", "key",
                                         "store", "done", "plan"));

}  // namespace
}  // namespace tally::pipeline
