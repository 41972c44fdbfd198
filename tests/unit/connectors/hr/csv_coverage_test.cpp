// How completely a feed was seen: headers, cuts, limits, files that change.
#include <fcntl.h>
#include <sys/stat.h>

#include <random>

#include "policy/base/digest.h"
#include "tests/unit/connectors/hr/csv_feed.h"

namespace tally::hr {
namespace {

TEST_F(Csv, FailsWhenAMappedColumnIsNotInTheHeader) {
  const model::Harvest h = collect("id,name,status,first_day,lastday\n1,A,active,,\n");
  EXPECT_EQ(h.source.coverage.state, CoverageState::failed);
  EXPECT_THAT(gaps(h), ElementsAre(Gap::Kind::missing_column));
  EXPECT_EQ(h.source.coverage.gaps[0].sentence,
            "column \"last_day\" is not in the header; the header has \"id\", \"name\", \"status\", \"first_day\", "
            "\"lastday\"; did you mean \"lastday\"?");
  EXPECT_EQ(h.people.size(), 0U);
}

TEST_F(Csv, ComparesHeaderNamesTrimmedButWithCase) {
  EXPECT_EQ(collect(" id ,name,\"status\t\",first_day,last_day\n1,A,active,,\n").source.coverage.state,
            CoverageState::complete);
  EXPECT_EQ(collect("ID,name,status,first_day,last_day\n1,A,active,,\n").source.coverage.state, CoverageState::failed);
}

TEST_F(Csv, FailsWhenAMappedColumnIsThereTwiceButNotForOthers) {
  const model::Harvest twice = collect("id,name,status,first_day,last_day,name\n1,A,active,,,B\n");
  EXPECT_EQ(twice.source.coverage.state, CoverageState::failed);
  EXPECT_EQ(twice.source.coverage.gaps[0].sentence, "column \"name\" is in the header twice, as columns 2 and 6");
  EXPECT_EQ(collect("id,x,name,status,first_day,last_day,x\n1,,A,active,,,\n").source.coverage.state,
            CoverageState::complete);
}

TEST_F(Csv, DoesNotQuoteTheFirstLineWhenItMayBeAPerson) {
  const model::Harvest h = collect("0042,Lovelace,active,2020-01-01,\n");
  EXPECT_EQ(h.source.coverage.state, CoverageState::failed);
  EXPECT_THAT(h.source.coverage.in_words(),
              AllOf(HasSubstr("does the file have a header"), Not(HasSubstr("Lovelace"))));
}

TEST_F(Csv, QuarantinesAFileThatIsCutInTheMiddleOfARecord) {
  const std::string whole =
      "id,name,status,first_day,last_day\n1,A,active,2020-01-01,\n2,\"B, b\",active,2020-01-01,\n";
  for (const std::size_t cut : {9U, 15U, 20U}) {  // fields missing, and inside the quotes
    const model::Harvest h = collect(whole.substr(0, whole.size() - cut));
    EXPECT_EQ(h.source.coverage.state, CoverageState::doubtful) << cut;
    EXPECT_EQ(h.source.coverage.gaps.at(0).kind, Gap::Kind::truncated);
    EXPECT_EQ(h.people.size(), 1U);
  }
}

TEST_F(Csv, AcceptsAMissingFinalLineEnd) {
  const model::Harvest h = collect("id,name,status,first_day,last_day\n1,A,active,2020-01-01,2030-01-01");
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete);
  EXPECT_EQ(h.source.coverage.records_counted, 1U);
}

TEST_F(Csv, QuarantinesAFileWithFewerRowsThanItMustHave) {
  options_.rows_at_least = 3;
  const std::string two = "id,name,status,first_day,last_day\n1,A,active,,\n2,B,active,,\n";
  EXPECT_EQ(collect(two).source.coverage.state, CoverageState::doubtful);
  EXPECT_THAT(gaps(collect(two)), ElementsAre(Gap::Kind::envelope));
  EXPECT_EQ(collect(two + "3,C,active,,\n").source.coverage.state, CoverageState::complete);
}

TEST_F(Csv, FailsWithoutRowsWithoutAFileAndWithoutAnything) {
  EXPECT_EQ(collect().source.coverage.state, CoverageState::failed);
  EXPECT_THAT(collect().source.coverage.in_words(), HasSubstr("No such file"));
  EXPECT_EQ(collect("").source.coverage.in_words(), "the file is empty");
  EXPECT_EQ(collect("").source.coverage.state, CoverageState::failed);
  const model::Harvest header = collect("id,name,status,first_day,last_day\n");
  EXPECT_EQ(header.source.coverage.state, CoverageState::failed);
  EXPECT_EQ(header.source.coverage.in_words(), "the file has a header and no rows");
}

TEST_F(Csv, FailsWhenNotOneRowCanBeUsed) {
  EXPECT_EQ(collect("id,name,status,first_day,last_day\n,A,active,,\n1,B\n").source.coverage.state,
            CoverageState::failed);
}

TEST_F(Csv, RefusesAFileAboveTheLimitAndTakesOneOfExactlyTheLimit) {
  const std::string whole = "id,name,status,first_day,last_day\n1,A,active,,\n";
  options_.max_bytes = whole.size();
  EXPECT_EQ(collect(whole).source.coverage.state, CoverageState::complete);
  options_.max_bytes = whole.size() - 1;
  EXPECT_THAT(gaps(collect(whole)), ElementsAre(Gap::Kind::size_limit));
}

TEST_F(Csv, DoesNotWaitForAPipeOrReadAFolder) {
  ASSERT_EQ(::mkfifo(options_.path.c_str(), 0600), 0);
  EXPECT_THAT(collect().source.coverage.in_words(), HasSubstr("is not a regular file"));
  options_.path = folder_.string();
  EXPECT_THAT(collect().source.coverage.in_words(), HasSubstr("is not a regular file"));
}

TEST_F(Csv, NoticesThatTheFileWasWrittenToWhileItWasRead) {
  std::string text = "id,name,status,first_day,last_day\n";
  for (int i = 0; i < 40'000; ++i) text += std::to_string(i) + ",A,active,,\n";
  write(text);
  progress_ = [this](std::uint64_t records) {
    if (records == 16'384) std::ofstream(options_.path, std::ios::app) << "x,A,active,,\n";
  };
  const model::Harvest h = collect();
  EXPECT_EQ(h.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(h.source.coverage.in_words(), HasSubstr("written to while it was read"));
}

TEST_F(Csv, ReadsTheOldFileWhenANewOneTakesItsNameMeanwhile) {
  std::string text = "id,name,status,first_day,last_day\n";
  for (int i = 0; i < 40'000; ++i) text += std::to_string(i) + ",A,active,,\n";
  write(text);
  progress_ = [this](std::uint64_t records) {
    if (records != 16'384) return;
    const std::string other = options_.path + ".new";
    std::ofstream(other) << "id,name,status,first_day,last_day\n";
    std::filesystem::rename(other, options_.path);
  };
  const model::Harvest h = collect();
  EXPECT_EQ(h.people.size(), 40'000U);
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete) << h.source.coverage.in_words();
}

TEST_F(Csv, SaysWhereTheFactsCameFrom) {
  const std::string whole = "id,name,status,first_day,last_day\n1,A,active,,\n";
  const model::Harvest h = collect(whole);
  EXPECT_EQ(h.source.name, "hr");
  EXPECT_EQ(h.source.connector, "csv");
  EXPECT_EQ(h.source.kind, model::SourceKind::hr);
  EXPECT_EQ(h.source.location, options_.path);
  EXPECT_EQ(h.source.query, "employee_id=id, family_name=name, status=status, first_day=first_day, last_day=last_day");
  EXPECT_EQ(h.source.content, base::sha256(whole));
  EXPECT_EQ(h.source.bytes, whole.size());
  EXPECT_EQ(h.source.started, utc("2026-04-01T08:00:01Z"));
  EXPECT_EQ(h.source.finished, utc("2026-04-01T08:00:02Z"));
}

TEST_F(Csv, DigestsTheWholeFileAlsoWhenItStopsAtTheHeader) {
  std::string whole = "id,nonsense\n";
  for (int i = 0; i < 100'000; ++i) whole += "1,2,3,4\n";
  EXPECT_EQ(collect(whole).source.content, base::sha256(whole));
}

TEST_F(Csv, GivesUpTheSecondCountWhenQuotesDoNotPairUp) {
  const model::Harvest h = collect("id,name,status,first_day,last_day\n1,A\"b,active,,\n2,B,active,,\n");
  EXPECT_FALSE(h.source.coverage.records_counted);
  EXPECT_EQ(h.source.coverage.state, CoverageState::partial);
  EXPECT_EQ(h.source.coverage.records_read, 2U);
}

TEST_F(Csv, CutsLongValuesOfRejectsBetweenCharacters) {
  std::string status = "x";
  for (int i = 0; i < 150; ++i) status += "é";
  const model::Harvest h = collect_row("1,A," + status + ",,");
  EXPECT_EQ(h.source.coverage.rejects.at(0).value, status.substr(0, 199));  // 1 + 99 × 2; the next would end at 201
}

TEST_F(Csv, CollectsNothingWithSettingsThatCannotBeUsed) {
  options_.delimiter = 'x';
  options_.encoding = "klingon";
  options_.date_format = "%Y";
  options_.time_zone = "Mars/Olympus";
  EXPECT_EQ(problems(options_).size(), 4U);
  const model::Harvest h = collect_row("1,A,active,,");
  EXPECT_EQ(h.source.coverage.state, CoverageState::failed);
  EXPECT_EQ(h.source.coverage.gaps.size(), 4U);
}

TEST_F(Csv, SurvivesRandomBytesAndAccountsForEveryRow) {
  std::mt19937 random(7);
  static constexpr char kLikely[] = "1,\"\n,,,,\n\r\n2A;";
  for (int round = 0; round < 400; ++round) {
    std::string body = "id,name,status,first_day,last_day\n";
    for (std::size_t n = random() % 400; n > 0; --n) {
      body += random() % 5 == 0 ? static_cast<char>(random() % 256) : kLikely[random() % (sizeof kLikely - 1)];
    }
    const model::Harvest h = collect(body);
    const auto& coverage = h.source.coverage;
    std::uint64_t whole = 0, repeated = 0;
    for (const auto& reject : coverage.rejects) {
      whole += reject.whole_record ? 1 : 0;
      repeated += reject.reason.find("one person") != std::string::npos ? 1 : 0;
    }
    ASSERT_LE(coverage.rejects_total, model::Coverage::kMaxRejectsKept);
    ASSERT_LE(h.people.size() + whole + repeated, coverage.records_read);
    if (whole > 0) {
      ASSERT_NE(coverage.state, CoverageState::complete);
    }
  }
}

}  // namespace
}  // namespace tally::hr
