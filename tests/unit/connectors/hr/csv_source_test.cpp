#include "connectors/hr/csv_source.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "policy/base/digest.h"

namespace tally::hr {
namespace {

using base::Bounds;
using model::CoverageState;
using model::Employment;
using model::Gap;
using model::TimeState;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

base::Instant utc(std::string_view text) { return base::parse_instant(text).value(); }

class Csv : public ::testing::Test {
 protected:
  Csv() {
    folder_ = std::filesystem::temp_directory_path() / ("tally-hr-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    options_.path = (folder_ / "hr.csv").string();
    options_.columns.employee_id = "id";
    options_.columns.family_name = "name";
    options_.columns.status = "status";
    options_.columns.first_day = "first_day";
    options_.columns.last_day = "last_day";
    options_.time_zone = "Europe/Berlin";
    options_.status_words = {{"active", Employment::active}, {"Terminated", Employment::left}};
  }
  ~Csv() override { std::filesystem::remove_all(folder_); }

  void write(std::string_view text) const { std::ofstream(options_.path, std::ios::binary) << text; }
  model::Harvest collect() {
    base::Instant now = utc("2026-04-01T08:00:00Z");
    const auto clock = [now]() mutable {
      now += std::chrono::seconds(1);
      return now;
    };
    return make_csv_source(options_)->collect({clock, progress_});
  }
  model::Harvest collect(std::string_view text) {
    write(text);
    return collect();
  }
  /// One row under the usual header.
  model::Harvest collect_row(const std::string& row) {
    return collect("id,name,status,first_day,last_day\n" + row + "\n");
  }

  std::filesystem::path folder_;
  CsvOptions options_;
  std::function<void(std::uint64_t)> progress_;
};

std::string all_texts(const model::Harvest& harvest) {
  std::string out;
  for (std::uint32_t i = 0; i < harvest.text.size(); ++i) out += std::string(harvest.text.view(base::TextId(i))) + "|";
  for (const auto& reject : harvest.source.coverage.rejects) {
    out += reject.column + "|" + reject.value + "|" + reject.reason + "|";
  }
  for (const auto& gap : harvest.source.coverage.gaps) out += gap.sentence + "|";
  for (const auto& note : harvest.source.notes) out += note + "|";
  return out + harvest.source.query;
}

std::string_view text(const model::Harvest& harvest, base::TextId id) { return harvest.text.view(id); }

std::vector<Gap::Kind> gaps(const model::Harvest& harvest) {
  std::vector<Gap::Kind> kinds;
  for (const Gap& gap : harvest.source.coverage.gaps) kinds.push_back(gap.kind);
  return kinds;
}

TEST_F(Csv, ReadsAWholeFileCompletely) {
  const model::Harvest h = collect(
      "id,name,status,first_day,last_day\n"
      "0042,Lovelace,active,2020-01-15,\n"
      "0043,Hopper,terminated,2019-06-01,2026-03-31\n");
  const auto& coverage = h.source.coverage;
  EXPECT_EQ(coverage.state, CoverageState::complete);
  EXPECT_TRUE(coverage.gaps.empty());
  EXPECT_EQ(coverage.records_read, 2U);
  EXPECT_EQ(coverage.records_counted, 2U);
  EXPECT_THAT(coverage.counted_by, HasSubstr("line ends outside quotes"));
  ASSERT_EQ(h.people.size(), 2U);
  EXPECT_EQ(text(h, h.people.employee_id[0]), "0042");
  EXPECT_EQ(text(h, h.people.family_name[1]), "Hopper");
  EXPECT_EQ(h.people.line[1], 3U);
  EXPECT_EQ(h.people.status[0], Employment::active);
  EXPECT_EQ(h.people.status[1], Employment::left);
  EXPECT_EQ(text(h, h.people.status_basis[1]), "status=terminated");
}

TEST_F(Csv, FillsEveryMappedText) {
  options_.columns = {.employee_id = "n",
                      .given_name = "g",
                      .family_name = "f",
                      .display_name = "d",
                      .mail = "m",
                      .login = "l",
                      .status = {},
                      .first_day = {},
                      .last_day = {},
                      .department = "dep",
                      .title = "t",
                      .manager_id = "boss",
                      .employment_type = "type",
                      .location = "loc",
                      .time_zone = {}};
  const model::Harvest h =
      collect("n,g,f,d,m,l,dep,t,boss,type,loc\n1,Ada, King ,AK,a@x.org,ada,R&D,Lead,007,staff,Bonn\n");
  EXPECT_EQ(text(h, h.people.given_name[0]), "Ada");
  EXPECT_EQ(text(h, h.people.family_name[0]), "King");
  EXPECT_EQ(text(h, h.people.display_name[0]), "AK");
  EXPECT_EQ(text(h, h.people.mail[0]), "a@x.org");
  EXPECT_EQ(text(h, h.people.login[0]), "ada");
  EXPECT_EQ(text(h, h.people.department[0]), "R&D");
  EXPECT_EQ(text(h, h.people.title[0]), "Lead");
  EXPECT_EQ(text(h, h.people.manager_id[0]), "007");
  EXPECT_EQ(text(h, h.people.employment_type[0]), "staff");
  EXPECT_EQ(text(h, h.people.location[0]), "Bonn");
}

TEST_F(Csv, DoesNotInventFactsThatNoColumnGives) {
  options_.columns = {};
  options_.columns.employee_id = "id";
  const model::Harvest h = collect("id\n1\n");
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete);
  EXPECT_EQ(h.people.status[0], Employment::unknown);
  EXPECT_EQ(h.people.last_day[0].state, TimeState::unknown);
  EXPECT_EQ(text(h, h.people.last_day[0].basis), "no column is mapped to last_day");
}

TEST_F(Csv, NeverStoresColumnsThatTheMappingDoesNotName) {
  const model::Harvest h = collect(
      "id,salary,name,status,first_day,last_day\n"
      "1,SECRET1,A,active,2020-01-01,\n"
      ",SECRET2,B,active,2020-01-01,\n"       // blank id
      "3,SECRET3,C,active\n"                  // too few fields
      "4,SECRET4,D,nonsense,bad,bad\n"        // bad facts
      "5,SE\"CRET5,E,active,2020-01-01,\n"    // stray quote
      "6,SECRET6\xFF,F,active,2020-01-01,\n"  // not UTF-8
      "1,SECRET7,A,active,2020-01-01,\n");    // duplicate
  EXPECT_EQ(h.people.size(), 2U);
  EXPECT_THAT(all_texts(h), Not(HasSubstr("SE")));
  EXPECT_THAT(all_texts(h), Not(HasSubstr("salary")));
}

TEST_F(Csv, RefusesARowWithoutAnIdWholly) {
  const model::Harvest h =
      collect("id,name,status,first_day,last_day\n1,A,active,2020-01-01,\n  ,B,active,2020-01-01,\n");
  EXPECT_EQ(h.people.size(), 1U);
  EXPECT_EQ(h.source.coverage.state, CoverageState::partial);
  EXPECT_THAT(gaps(h), ElementsAre(Gap::Kind::rejected));
  ASSERT_EQ(h.source.coverage.rejects.size(), 1U);
  EXPECT_TRUE(h.source.coverage.rejects[0].whole_record);
  EXPECT_EQ(h.source.coverage.rejects[0].line, 3U);
  EXPECT_THAT(h.source.coverage.rejects[0].reason, HasSubstr("column id is blank"));
  EXPECT_EQ(h.source.coverage.records_read, 2U);
}

TEST_F(Csv, LosesNothingWithARowThatHasNothingInAnyField) {
  const model::Harvest h = collect("id,name,status,first_day,last_day\n1,A,active,2020-01-01,\n,,,,\n");
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete);
  EXPECT_THAT(h.source.notes, ::testing::Contains("rows with nothing in any field: 1"));
}

TEST_F(Csv, KeepsThePersonWhenTheStatusWordIsUnknownOrMissing) {
  const model::Harvest h = collect("id,name,status,first_day,last_day\n1,A,zombie,2020-01-01,\n2,B, ,2020-01-01,\n");
  ASSERT_EQ(h.people.size(), 2U);
  EXPECT_EQ(h.people.status[0], Employment::unknown);
  EXPECT_EQ(text(h, h.people.status_basis[0]), "line 2, column status: the word is not among the status words");
  EXPECT_EQ(text(h, h.people.status_basis[1]), "line 3, column status: there is no status word");
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete);
  ASSERT_EQ(h.source.coverage.rejects.size(), 2U);
  const auto& reject = h.source.coverage.rejects[0];
  EXPECT_FALSE(reject.whole_record);
  EXPECT_EQ(reject.column, "status");
  EXPECT_EQ(reject.value, "zombie");
  EXPECT_THAT(reject.reason, Not(HasSubstr("zombie")));
}

TEST_F(Csv, ComparesStatusWordsTrimmedAndWithoutCase) {
  const model::Harvest h = collect_row("1,A,  TERMINATED ,2020-01-01,");
  EXPECT_EQ(h.people.status[0], Employment::left);
  EXPECT_EQ(text(h, h.people.status_basis[0]), "status=TERMINATED");
}

TEST_F(Csv, TakesDaysFromTheirFirstToTheirLastInstantInTheZone) {
  const model::Harvest h = collect_row("1,A,active,2020-01-15,2026-03-31");
  // Berlin: UTC+1 in January; the day after 31 March begins in summer time, UTC+2.
  EXPECT_EQ(h.people.first_day[0].bounds, Bounds::exactly(utc("2020-01-14T23:00:00Z")));
  EXPECT_EQ(h.people.last_day[0].bounds, Bounds::exactly(utc("2026-03-31T22:00:00Z")));
  EXPECT_EQ(text(h, h.people.last_day[0].basis), "last_day=2026-03-31 (Europe/Berlin)");
}

TEST_F(Csv, SpansTwentySixHoursWhenNoZoneIsKnown) {
  options_.time_zone.clear();
  const model::Harvest h = collect_row("1,A,active,2020-01-15,2026-03-31");
  EXPECT_EQ(h.people.last_day[0].bounds, (Bounds{utc("2026-03-31T10:00:00Z"), utc("2026-04-01T12:00:00Z")}));
  EXPECT_EQ(text(h, h.people.last_day[0].basis), "last_day=2026-03-31 (no time zone)");
}

TEST_F(Csv, PrefersTheRowsZoneThenTheLocationsThenTheFeeds) {
  options_.columns.location = "location";
  options_.columns.time_zone = "zone";
  options_.location_time_zones = {{"Tokyo", "Asia/Tokyo"}};
  const model::Harvest h = collect(
      "id,name,status,first_day,last_day,location,zone\n"
      "1,A,active,,2026-01-31,Tokyo,America/New_York\n"
      "2,B,active,,2026-01-31,Tokyo,\n"
      "3,C,active,,2026-01-31,Bonn,\n");
  EXPECT_EQ(h.people.last_day[0].bounds, Bounds::exactly(utc("2026-02-01T05:00:00Z")));
  EXPECT_EQ(h.people.last_day[1].bounds, Bounds::exactly(utc("2026-01-31T15:00:00Z")));
  EXPECT_EQ(h.people.last_day[2].bounds, Bounds::exactly(utc("2026-01-31T23:00:00Z")));
}

TEST_F(Csv, DoesNotGuessWhenTheRowsZoneDoesNotExist) {
  options_.columns.time_zone = "zone";
  const model::Harvest h = collect("id,name,status,first_day,last_day,zone\n1,A,active,2020-01-01,,Europe/Atlantis\n");
  EXPECT_EQ(h.people.first_day[0].state, TimeState::unknown);
  EXPECT_EQ(text(h, h.people.first_day[0].basis), "line 2, column zone: there is no time zone of that name");
  EXPECT_EQ(h.people.last_day[0].state, TimeState::never);  // an open end needs no zone
  ASSERT_EQ(h.source.coverage.rejects.size(), 1U);
  EXPECT_EQ(h.source.coverage.rejects[0].value, "Europe/Atlantis");
}

TEST_F(Csv, TakesAnEmptyLastDayAsOpenEnded) {
  const model::Harvest h = collect_row("1,A,active,,");
  EXPECT_EQ(h.people.last_day[0].state, TimeState::never);
  EXPECT_EQ(text(h, h.people.last_day[0].basis), "last_day is empty");
  EXPECT_EQ(h.people.first_day[0].state, TimeState::never);
}

TEST_F(Csv, TakesYearsFrom9000OnAsOpenEndedAndSaysSo) {
  const model::Harvest h = collect(
      "id,name,status,first_day,last_day\n1,A,active,2020-01-01,9999-12-31\n2,B,active,2020-01-01,9000-01-01\n"
      "3,C,active,2020-01-01,8999-12-31\n");
  EXPECT_EQ(h.people.last_day[0].state, TimeState::never);
  EXPECT_EQ(text(h, h.people.last_day[0].basis), "last_day=9999-12-31 (means open-ended)");
  EXPECT_EQ(h.people.last_day[1].state, TimeState::never);
  EXPECT_EQ(h.people.last_day[2].state, TimeState::known);
  EXPECT_EQ(h.source.coverage.rejects_total, 0U);
}

TEST_F(Csv, DoesNotBelieveFirstDaysThatArePlaceholders) {
  const model::Harvest h =
      collect("id,name,status,first_day,last_day\n1,A,active,9999-12-31,\n2,B,active,1900-01-01,\n");
  EXPECT_EQ(h.people.first_day[0].state, TimeState::unknown);
  EXPECT_EQ(h.people.first_day[1].state, TimeState::unknown);
  EXPECT_EQ(h.source.coverage.rejects_total, 2U);
}

TEST_F(Csv, MakesADateOfAnotherFormUnknownAndKeepsThePerson) {
  for (const std::string bad : {"31.03.2026", "2026-3-31", "2026-02-29", "2026-03-31T00:00", "20260331", "x"}) {
    const model::Harvest h = collect_row("1,A,active,2020-01-01," + bad);
    ASSERT_EQ(h.people.size(), 1U);
    EXPECT_EQ(h.people.last_day[0].state, TimeState::unknown) << bad;
    EXPECT_EQ(text(h, h.people.last_day[0].basis), "line 2, column last_day: not a date of the form %Y-%m-%d");
    EXPECT_EQ(h.people.first_day[0].state, TimeState::known);
    EXPECT_EQ(h.source.coverage.state, CoverageState::complete);
    ASSERT_EQ(h.source.coverage.rejects.size(), 1U);
    EXPECT_EQ(h.source.coverage.rejects[0].value, bad);
  }
}

TEST_F(Csv, ReadsTheDateFormatThatIsConfigured) {
  options_.date_format = "%d.%m.%Y";
  const model::Harvest h = collect_row("1,A,active,15.01.2020,31.03.2026");
  EXPECT_EQ(h.people.last_day[0].bounds, Bounds::exactly(utc("2026-03-31T22:00:00Z")));
  EXPECT_EQ(text(h, h.people.last_day[0].basis), "last_day=31.03.2026 (Europe/Berlin)");
}

TEST_F(Csv, BelievesNeitherDayWhenTheLastLiesBeforeTheFirst) {
  const model::Harvest h = collect_row("1,A,active,2020-01-02,2020-01-01");
  EXPECT_EQ(h.people.first_day[0].state, TimeState::unknown);
  EXPECT_EQ(h.people.last_day[0].state, TimeState::unknown);
  EXPECT_EQ(text(h, h.people.first_day[0].basis), "line 2, column last_day: it lies before first_day");
  EXPECT_EQ(h.source.coverage.rejects_total, 1U);
}

TEST_F(Csv, AcceptsAFirstDayThatIsAlsoTheLast) {
  const model::Harvest h = collect_row("1,A,active,2020-01-02,2020-01-02");
  EXPECT_EQ(h.people.last_day[0].state, TimeState::known);
}

TEST_F(Csv, NamesBothLinesOfRowsThatRepeatAPerson) {
  const model::Harvest h = collect(
      "id,name,status,first_day,last_day\n1,A,active,2020-01-01,\n2,B,active,2020-01-01,\n1,A,active,2020-01-01,\n");
  ASSERT_EQ(h.people.size(), 2U);
  EXPECT_EQ(text(h, h.people.employee_id[1]), "2");
  EXPECT_EQ(text(h, h.people.doubt[0]), "");
  EXPECT_EQ(h.source.coverage.state, CoverageState::complete);
  ASSERT_EQ(h.source.coverage.rejects.size(), 1U);
  EXPECT_THAT(h.source.coverage.rejects[0].reason, HasSubstr("lines 2 and 4"));
  EXPECT_FALSE(h.source.coverage.rejects[0].whole_record);
}

TEST_F(Csv, DoubtsAPersonWhoseRowsDisagree) {
  const model::Harvest h = collect(
      "id,name,status,first_day,last_day\n"
      "7,A,terminated,2015-01-01,2020-12-31\n"  // the old contract
      "8,B,active,2020-01-01,\n"
      "7,A,active,2026-01-01,\n");  // she came back
  ASSERT_EQ(h.people.size(), 2U);
  EXPECT_EQ(text(h, h.people.doubt[0]), "lines 2 and 4 give different facts for this id");
  EXPECT_EQ(text(h, h.people.doubt[1]), "");
  ASSERT_EQ(h.source.coverage.rejects.size(), 2U);
  EXPECT_EQ(h.source.coverage.rejects[0].line, 2U);
  EXPECT_EQ(h.source.coverage.rejects[1].line, 4U);
  EXPECT_EQ(h.source.coverage.rejects[1].value, "7");
}

TEST_F(Csv, KeepsIdsApartThatDifferOnlyInLeadingZeros) {
  const model::Harvest h = collect("id,name,status,first_day,last_day\n42,A,active,,\n0042,B,active,,\n");
  EXPECT_EQ(h.people.size(), 2U);
  EXPECT_EQ(h.source.coverage.rejects_total, 0U);
}

TEST_F(Csv, ReadsWhatSpreadsheetsWrite) {
  options_.delimiter = ';';
  options_.date_format = "%d.%m.%Y";
  options_.columns.employee_id = "Personalnummer";
  options_.columns.family_name = "Nachname";
  options_.status_words = {{"tätig", Employment::active}};
  const std::string head = "Personalnummer;Nachname;status;first_day;last_day\r\n";
  const model::Harvest utf8 = collect("\xEF\xBB\xBF" + head + "0042;\"Müller; geb. Groß\";tätig;01.02.2020;\r\n");
  EXPECT_EQ(utf8.source.coverage.state, CoverageState::complete) << utf8.source.coverage.in_words();
  EXPECT_EQ(text(utf8, utf8.people.family_name[0]), "Müller; geb. Groß");
  options_.encoding = "windows-1252";
  const model::Harvest ansi = collect(head + "0042;M\xFCller \x80;t\xE4tig;01.02.2020;\r\n");
  EXPECT_EQ(ansi.source.coverage.state, CoverageState::complete) << ansi.source.coverage.in_words();
  EXPECT_EQ(text(ansi, ansi.people.family_name[0]), "Müller €");
  EXPECT_EQ(ansi.people.status[0], Employment::active);
}

TEST_F(Csv, RefusesRowsThatAreNotInTheClaimedEncodingAndHintsAtTheSetting) {
  const model::Harvest h = collect("id,name,status,first_day,last_day\n1,M\xFCller,active,,\n2,B,active,,\n");
  EXPECT_EQ(h.people.size(), 1U);
  EXPECT_EQ(h.source.coverage.state, CoverageState::partial);
  EXPECT_EQ(h.source.coverage.rejects.at(0).line, 2U);
  EXPECT_THAT(h.source.coverage.rejects.at(0).reason,
              AllOf(HasSubstr("line 2, character 4"), HasSubstr("encoding = UTF-8")));
}

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
