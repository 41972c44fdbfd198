// What a feed says about people, and which of it is refused.
#include "tests/unit/connectors/hr/csv_feed.h"

namespace tally::hr {
namespace {

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
                      .time_zone = {},
                      .cost_center = {},
                      .sponsor_id = {},
                      .previous_last_day = {},
                      .moved = {},
                      .leave_from = {},
                      .leave_until = {},
                      .training_valid_until = {},
                      .screening_done = {},
                      .nda_signed = {},
                      .last_working_day = {},
                      .leaving_entered = {}};
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
  for (const auto* column : {&h.people.mail, &h.people.title, &h.people.department, &h.people.employment_type,
                             &h.people.manager_id, &h.people.sponsor_id, &h.people.cost_center, &h.people.location}) {
    EXPECT_FALSE((*column)[0].valid()) << "an empty text would say that HR gives none";
  }
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
      "7,A,terminated,2015-01-01,2026-01-01\n"
      "8,B,active,2020-01-01,\n"
      "7,A,active,2026-01-01,\n");  // on that day both count
  ASSERT_EQ(h.people.size(), 2U);
  EXPECT_EQ(text(h, h.people.doubt[0]), "lines 2 and 4 give different facts for this id");
  EXPECT_EQ(text(h, h.people.doubt[1]), "");
  ASSERT_EQ(h.source.coverage.rejects.size(), 2U);
  EXPECT_EQ(h.source.coverage.rejects[0].line, 2U);
  EXPECT_EQ(h.source.coverage.rejects[1].line, 4U);
  EXPECT_EQ(h.source.coverage.rejects[1].value, "7");
}

TEST_F(Csv, KnowsOfSomebodyWhoCameBackWhenTheEmploymentBeforeEnded) {
  const model::Harvest h = collect(
      "id,name,status,first_day,last_day\n"
      "7,A,terminated,2015-01-01,2020-12-31\n"
      "8,B,active,2020-01-01,\n"
      "7,A,active,2026-01-01,\n");
  ASSERT_EQ(h.people.size(), 2U);
  EXPECT_EQ(text(h, h.people.employee_id[1]), "7");  // her later row stays
  EXPECT_EQ(h.people.status[1], Employment::active);
  EXPECT_EQ(text(h, h.people.doubt[1]), "");
  EXPECT_EQ(h.people.previous_last_day[1].bounds, Bounds::exactly(utc("2020-12-31T23:00:00Z")));  // Berlin
  EXPECT_EQ(h.source.coverage.rejects_total, 0U);
}

TEST_F(Csv, DoubtsSomebodyOfAnotherNameUnderTheNumberOfALeaver) {
  const model::Harvest h = collect(
      "id,name,status,first_day,last_day\n"
      "7,A,terminated,2015-01-01,2020-12-31\n"
      "7,Z,active,2026-01-01,\n");
  ASSERT_EQ(h.people.size(), 1U);
  EXPECT_EQ(text(h, h.people.doubt[0]), "lines 2 and 3 give different facts for this id");
}

TEST_F(Csv, DoubtsSomebodyWhoseNextEmploymentIsStillToCome) {
  const model::Harvest h = collect(
      "id,name,status,first_day,last_day\n"
      "7,A,active,2015-01-01,2026-12-31\n"
      "7,A,active,2027-01-01,\n");
  ASSERT_EQ(h.people.size(), 1U);
  EXPECT_EQ(text(h, h.people.doubt[0]), "lines 2 and 3 give different facts for this id");
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

}  // namespace
}  // namespace tally::hr
