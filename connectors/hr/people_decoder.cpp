#include "connectors/hr/people_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "policy/base/utf8.h"

namespace tally::hr {
namespace {

constexpr std::size_t kMaxValueKept = 200;  // as model::Reject promises

/// Cut at 200 bytes, not inside a character.
std::string cut(std::string_view value) {
  if (value.size() <= kMaxValueKept) return std::string(value);
  std::size_t end = kMaxValueKept;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xC0) == 0x80) --end;
  return std::string(value.substr(0, end));
}

/// UTF-8 that was read as Latin-1 or windows-1252 and written as UTF-8 again: "MÃ¼ller" for "Müller", or U+FFFD where
/// somebody gave up. A capital A with tilde or circumflex before a character of U+0080 to U+00BF is in no name.
bool looks_misread(std::string_view name) {
  if (name.find("\xEF\xBF\xBD") != std::string_view::npos) return true;
  for (const std::string_view lead : {"\xC3\x83\xC2", "\xC3\x82\xC2", "\xC3\x83\xE2"}) {
    if (name.find(lead) != std::string_view::npos) return true;
  }
  return false;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

base::Bounds some_time_of_day(base::LocalDate day, base::Zone zone) {
  return {base::start_of_day(day, zone).earliest, base::end_of_day(day, zone).latest};
}

}  // namespace

PeopleDecoder::PeopleDecoder(const CsvOptions& options, DateFormat dates, Columns columns, model::Harvest& harvest)
    : dates_(std::move(dates)),
      columns_(std::move(columns)),
      harvest_(harvest),
      zones_(options.time_zone, options.location_time_zones),
      first_days_(columns_.name_of(Fact::first_day), &base::start_of_day),
      last_days_(columns_.name_of(Fact::last_day), &base::end_of_day) {
  const auto absent = [this](Fact fact) {
    return harvest_.text.intern(columns_.has(fact) ? fmt::format("{} is empty", columns_.name_of(fact))
                                                   : fmt::format("no column is mapped to {}", to_string(fact)));
  };
  first_day_absent_ = absent(Fact::first_day);
  last_day_absent_ = absent(Fact::last_day);
  status_absent_ = absent(Fact::status);
  using P = model::People;
  const auto further = [&](Fact fact, std::vector<model::TimeFact> P::*column, FarYear far, DayFacts::Moment moment) {
    further_.push_back({fact, column, far, absent(fact), std::nullopt});
    if (columns_.has(fact)) further_.back().facts.emplace(columns_.name_of(fact), moment);
  };
  further(Fact::previous_last_day, &P::previous_last_day, FarYear::placeholder, &base::end_of_day);
  further(Fact::moved, &P::moved, FarYear::placeholder, &base::start_of_day);
  further(Fact::leave_from, &P::leave_from, FarYear::placeholder, &base::start_of_day);
  further(Fact::leave_until, &P::leave_until, FarYear::open_ended, &base::end_of_day);
  further(Fact::training_valid_until, &P::training_valid_until, FarYear::day, &base::end_of_day);
  further(Fact::screening_done, &P::screening_done, FarYear::placeholder, &base::start_of_day);
  further(Fact::nda_signed, &P::nda_signed, FarYear::placeholder, &base::start_of_day);
  further(Fact::last_working_day, &P::last_working_day, FarYear::placeholder, &base::end_of_day);
  further(Fact::leaving_entered, &P::leaving_entered, FarYear::placeholder, &some_time_of_day);
  for (const auto& [word, status] : options.status_words) status_words_.emplace(lower_case(trimmed(word)), status);
}

void PeopleDecoder::row(std::uint64_t line, std::span<const std::string_view> fields) {
  const std::string_view id = columns_.field(Fact::employee_id, fields);
  if (trimmed(id).empty()) {
    refuse_row(line, fields);
    return;
  }
  model::People& people = harvest_.people;
  const Row row{line, fields, people.add(model::SourceId(0)).index()};
  people.line[row.person] =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(line, std::numeric_limits<std::uint32_t>::max()));
  people.employee_id[row.person] = harvest_.text.add(id);
  leading_zeros_ = leading_zeros_ || (id.size() > 1 && id.front() == '0');
  letters_ = letters_ || id.find_first_not_of("0123456789 ") != std::string_view::npos;
  texts(row);
  status(row);
  days(row);
  further_days(row);
}

void PeopleDecoder::describe(std::map<std::string, std::string>& shape) const {
  const auto word = [](bool yes) { return yes ? "yes" : "no"; };
  shape["leading zeros"] = word(leading_zeros_);
  shape["letters in numbers"] = word(letters_);
  shape["mojibake"] = word(mojibake_);
  shape["unmapped status words"] = word(unmapped_words_);
}

void PeopleDecoder::refuse_row(std::uint64_t line, std::span<const std::string_view> fields) {
  if (std::all_of(fields.begin(), fields.end(), [](std::string_view f) { return trimmed(f).empty(); })) {
    ++empty_rows_;
    return;
  }
  ++refused_;
  harvest_.source.coverage.reject(
      {line, "", "", fmt::format("column {} is blank; the record is refused", columns_.name_of(Fact::employee_id)),
       true});
}

std::string_view PeopleDecoder::field(Fact fact, const Row& row) const {
  return trimmed(columns_.field(fact, row.fields));
}

void PeopleDecoder::texts(const Row& row) {
  model::People& people = harvest_.people;
  base::TextPool& text = harvest_.text;
  const auto put = [&](std::vector<base::TextId>& column, Fact fact) {
    if (columns_.has(fact)) column[row.person] = text.add(field(fact, row));
  };
  const auto put_once = [&](std::vector<base::TextId>& column, Fact fact) {
    if (columns_.has(fact)) column[row.person] = text.intern(field(fact, row));
  };
  put(people.given_name, Fact::given_name);
  put(people.family_name, Fact::family_name);
  put(people.display_name, Fact::display_name);
  put(people.mail, Fact::mail);
  put(people.login, Fact::login);
  put_once(people.department, Fact::department);
  put_once(people.title, Fact::title);
  put_once(people.employment_type, Fact::employment_type);
  put_once(people.location, Fact::location);
  put_once(people.cost_center, Fact::cost_center);
  for (const Fact name : {Fact::given_name, Fact::family_name, Fact::display_name}) {
    mojibake_ = mojibake_ || looks_misread(field(name, row));
  }
  const auto put_number = [&](std::vector<base::TextId>& column,
                              Fact fact) {  // an employee id, so kept exactly like one
    if (columns_.has(fact)) column[row.person] = text.intern(columns_.field(fact, row.fields));
  };
  put_number(people.manager_id, Fact::manager_id);
  put_number(people.sponsor_id, Fact::sponsor_id);
}

void PeopleDecoder::status(const Row& row) {
  model::People& people = harvest_.people;
  if (!columns_.has(Fact::status)) {
    people.status_basis[row.person] = status_absent_;
    return;
  }
  const std::string_view written = field(Fact::status, row);
  auto seen = statuses_seen_.find(written);
  if (seen == statuses_seen_.end()) {
    const auto known = status_words_.find(lower_case(written));
    if (written.empty() || known == status_words_.end()) {
      unmapped_words_ = unmapped_words_ || !written.empty();
      people.status_basis[row.person] = refuse_field(
          Fact::status, row, written.empty() ? "there is no status word" : "the word is not among the status words");
      return;
    }
    const std::string basis = fmt::format("{}={}", columns_.name_of(Fact::status), written);
    seen = statuses_seen_.emplace(written, StatusWord{known->second, harvest_.text.intern(basis)}).first;
  }
  people.status[row.person] = seen->second.status;
  people.status_basis[row.person] = seen->second.basis;
}

void PeopleDecoder::days(const Row& row) {
  model::People& people = harvest_.people;
  const Day first = read_day(Fact::first_day, row, first_day_absent_, FarYear::placeholder);
  const Day last = read_day(Fact::last_day, row, last_day_absent_, FarYear::open_ended);
  const bool first_given = first.kind == Day::Kind::given, last_given = last.kind == Day::Kind::given;
  base::TextId refused;
  std::optional<ZoneTable::Index> zone = ZoneTable::kNone;
  if (first_given && last_given && last.day < first.day) {
    refused = refuse_field(Fact::last_day, row, fmt::format("it lies before {}", columns_.name_of(Fact::first_day)));
  } else if (first_given || last_given) {
    zone = zones_.of_row(field(Fact::time_zone, row), field(Fact::location, row));
    if (!zone) refused = refuse_field(Fact::time_zone, row, "there is no time zone of that name");
  }
  const ZoneTable::Index in = zone.value_or(ZoneTable::kNone);
  people.first_day[row.person] = refused.valid() && first_given
                                     ? model::TimeFact::unknown(refused)
                                     : day_fact(first, first_days_, Fact::first_day, row, in);
  people.last_day[row.person] = refused.valid() && last_given ? model::TimeFact::unknown(refused)
                                                              : day_fact(last, last_days_, Fact::last_day, row, in);
}

void PeopleDecoder::further_days(const Row& row) {
  for (FurtherDay& further : further_) {
    model::TimeFact& fact = (harvest_.people.*further.column)[row.person];
    if (!further.facts) {
      fact = model::TimeFact::unknown(further.absent);
      continue;
    }
    const Day day = read_day(further.fact, row, further.absent, further.far);
    std::optional<ZoneTable::Index> zone = ZoneTable::kNone;
    if (day.kind == Day::Kind::given) zone = zones_.of_row(field(Fact::time_zone, row), field(Fact::location, row));
    fact = zone ? day_fact(day, *further.facts, further.fact, row, *zone)
                : model::TimeFact::unknown(refuse_field(further.fact, row, "there is no time zone of that name"));
  }
}

PeopleDecoder::Day PeopleDecoder::read_day(Fact fact, const Row& row, base::TextId absent, FarYear far) {
  if (!columns_.has(fact)) return {Day::Kind::refused, {}, absent};
  const std::string& column = columns_.name_of(fact);
  const std::string_view written = field(fact, row);
  if (written.empty()) return {Day::Kind::open_ended, {}, absent};
  const std::optional<base::LocalDate> day = dates_.read(written);
  if (!day) {
    return {Day::Kind::refused, {}, refuse_field(fact, row, "not a date of the form " + dates_.pattern())};
  }
  const int year = static_cast<int>(date::year_month_day{*day}.year());
  if (year <= kLastPlaceholderYear) {
    return {
        Day::Kind::refused,
        {},
        refuse_field(fact, row, fmt::format("no day: a placeholder of the year {} or before", kLastPlaceholderYear))};
  }
  if (year < kFirstOpenEndedYear || far == FarYear::day) return {Day::Kind::given, *day, {}};
  // Somebody who never ends is employed without end. Somebody who never begins is not known to begin.
  if (far == FarYear::placeholder) {
    return {Day::Kind::refused,
            {},
            refuse_field(fact, row, fmt::format("no day: a placeholder of the year {} or later", kFirstOpenEndedYear))};
  }
  return {Day::Kind::open_ended, {}, harvest_.text.intern(fmt::format("{}={} (means open-ended)", column, written))};
}

model::TimeFact PeopleDecoder::day_fact(const Day& day, DayFacts& facts, Fact fact, const Row& row,
                                        ZoneTable::Index zone) {
  if (day.kind == Day::Kind::refused) return model::TimeFact::unknown(day.basis);
  if (day.kind == Day::Kind::open_ended) return model::TimeFact::never(day.basis);
  return facts.known(day.day, field(fact, row), zone, zones_, harvest_.text);
}

/// Counts and keeps the reject; returns the reason for the unknown fact. The value stays out of the reason.
base::TextId PeopleDecoder::refuse_field(Fact fact, const Row& row, std::string_view what) {
  const std::string& column = columns_.name_of(fact);
  const std::string reason = fmt::format("line {}, column {}: {}", row.line, column, what);
  harvest_.source.coverage.reject({row.line, column, cut(field(fact, row)), reason, false});
  return harvest_.text.add(reason);
}

}  // namespace tally::hr
